'use client'
import { showToast } from '../_ui/toast'
import { studioError } from './trpc'

/** Says, in a toast, why something that was asked for did not happen. */
export function sayFailure(error: unknown): void {
  const { message, hint } = studioError(error)
  showToast({ message, hint, tone: 'err' })
}
