import type { ReactNode } from 'react'

/** What a control does, under its label, where there is room for it: forms have no pointer that waits for a tooltip. */
export function RoomyDocs({ docs }: { docs?: ReactNode }) {
  if (typeof docs !== 'string') return null
  const [gist] = docs.split(/[;:]|\. /)
  return <span className="hidden basis-full font-body text-11 text-text-3 roomy:block">{gist}</span>
}
