#!/usr/bin/env node
import { setUp } from './project.mjs'

await setUp()
await import('../../dist/mmgt.js')
