'use client'
import { EASES, type Ease, type EditLayer } from '../../../nodes/lib/pose/edit-layers'
import { Select } from '../../_ui/select'
import { Section } from '../full-screen/section'
import { EaseCurve } from './ease-curve'
import { easeAt, keyFramesOf, setEase } from './key-edits'
import { partById } from './parts'
import { usePoseSession } from './session'

export const EASE_LABELS: Record<Ease, string> = {
  linear: 'Even',
  'ease-in': 'Ease in',
  'ease-out': 'Ease out',
  'ease-in-out': 'Ease in and out',
  hold: 'Hold, then jump',
}

/** How the motion goes from the key before this frame to the next one. */
export function EasingSection({ layer, frame }: { layer: EditLayer; frame: number }) {
  const session = usePoseSession()
  const part = session.view.parts.find((one) => keyFramesOf(layer, one).length > 0)
  if (!part) return null
  const before = keyFramesOf(layer, part).findLast((key) => key <= frame) ?? keyFramesOf(layer, part)[0]
  const ease = easeAt(layer, part, before) ?? 'ease-in-out'
  const set = (next: Ease, which: number | 'all') =>
    session.layers.change(setEase(session.layers.value, layer.id, part, which, next))
  return (
    <Section title="Between keyframes">
      <div className="grid grid-cols-[92px_minmax(0,1fr)] gap-2.5">
        <EaseCurve ease={ease} />
        <div className="grid content-start gap-2">
          <Select
            label="Easing"
            size="small"
            value={ease}
            onChange={(next) => set(next, before)}
            options={EASES.map((value) => ({ value, label: EASE_LABELS[value] }))}
          />
          <button
            type="button"
            className="h-6 cursor-default rounded-2 px-2 text-left text-11 text-text-2 hover:bg-hover"
            onClick={() => set(ease, 'all')}
          >
            Use for all keys
          </button>
          <span className="px-2 text-11 text-text-3">
            {partById(part).label}, from f {before}
          </span>
        </div>
      </div>
    </Section>
  )
}
