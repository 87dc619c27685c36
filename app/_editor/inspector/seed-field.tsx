'use client'
import { Copy, Dices, Lock, LockOpen } from 'lucide-react'
import { IconButton } from '../../_ui/icon-button'
import { NumberField } from '../../_ui/number-field'
import { showToast } from '../../_ui/toast'
import { randomSeed } from '../bar/seeds'
import { useEditor, useWorkflow } from '../state/editor-context'

/** The seed: another one, copied, or unlocked, so that every run takes a new one. */
export function SeedField({
  label,
  value,
  min,
  max,
  nodeIds,
  onChange,
}: {
  label: string
  value: number
  min: number
  max: number
  nodeIds: readonly string[]
  onChange(value: number): void
}) {
  const { commands } = useEditor()
  const free = useWorkflow(({ nodes }) => nodes[nodeIds[0]]?.freeSeed === true)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(String(value))
      showToast({ message: `Copied seed ${value}`, icon: Copy })
    } catch {
      showToast({ message: `The browser did not allow copying. The seed is ${value}.`, tone: 'err' })
    }
  }
  return (
    <div>
      <div className="flex items-center gap-0.5">
        <NumberField
          label={label}
          integer
          min={min}
          max={max}
          value={value}
          onChange={onChange}
          className="mr-0.5 min-w-0 flex-1"
        />
        <IconButton icon={Dices} label="Another seed" size="small" onClick={() => onChange(randomSeed())} />
        <IconButton icon={Copy} label="Copy the seed" size="small" onClick={() => void copy()} />
        <IconButton
          icon={free ? LockOpen : Lock}
          label={free ? 'Keep this seed' : 'Take a new seed with every run'}
          size="small"
          on={free}
          accent
          onClick={() => commands.setFreeSeed(nodeIds, !free)}
        />
      </div>
      {free && <p className="mt-1 text-11 text-text-3">Every run takes a new seed.</p>}
    </div>
  )
}
