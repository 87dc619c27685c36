'use client'
import { Tooltip } from './tooltip'

/** The dot after a label: this is not the default. A click brings the default back. */
export function ChangedDot({ label, was, onReset }: { label: string; was?: string; onReset: () => void }) {
  return (
    <Tooltip text={was === undefined ? 'Reset to the default' : `Reset to ${was}`}>
      <button
        type="button"
        aria-label={`${label} is changed. Reset it`}
        onClick={onReset}
        className="-my-1.5 -ml-1 grid size-6 flex-none cursor-default place-items-center rounded-full"
      >
        <span className="size-[5px] rounded-full bg-accent" />
      </button>
    </Tooltip>
  )
}
