#!/usr/bin/env node
import { ensurePages, setUp } from './project.mjs'

await setUp()
const [command, ...rest] = process.argv.slice(2)
if (command === 'studio' && !rest.some((flag) => ['--dev', '--help', '-h'].includes(flag))) ensurePages()
await import('../../dist/mmgt.js')
