'use client'
import { useEffect, useState } from 'react'

/** Set once somebody has been here, on this device. */
const BEEN_HERE = 'been here'

/**
 * Whoever opens a studio that holds nothing, for the first time, wants to see it at work: `open` is called once.
 *
 * @param isEmpty undefined until it is known
 * @returns whether the page should wait with what it shows
 */
export function useFirstVisit(isEmpty: boolean | undefined, open: () => void): boolean {
  const [isFirst, setIsFirst] = useState(false)
  useEffect(() => setIsFirst(localStorage.getItem(BEEN_HERE) === null), [])
  useEffect(() => {
    if (isEmpty === undefined || localStorage.getItem(BEEN_HERE) !== null) return
    localStorage.setItem(BEEN_HERE, 'yes')
    if (isEmpty) open()
    else setIsFirst(false)
  }, [isEmpty, open])
  return isFirst
}
