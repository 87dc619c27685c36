'use client'
import { ClipboardPaste, Copy, FlipHorizontal2, RotateCcw } from 'lucide-react'
import { IconButton } from '../../_ui/icon-button'
import { useTransport } from '../state/transport'
import { ArmSection } from './arm-section'
import { EasingSection } from './easing-section'
import { FingersSection } from './fingers-section'
import { keyFramesOf } from './key-edits'
import { LayerSection } from './layer-section'
import { ARM_OF, HAND_OF, type PartId, partById } from './parts'
import { clearSelected, copySelected, mirrorSelected, pasteCopied } from './pose-actions'
import { NeckSection, RegionSection } from './region-section'
import { usePoseSession } from './session'

/** What is selected, in figures. */
export function PoseInspector() {
  const session = usePoseSession()
  const { view, layers, edited } = session
  const frame = Math.min(
    edited.frames - 1,
    useTransport((state) => state.frame),
  )
  const layer = layers.value.find(({ id }) => id === view.layer)
  const { parts } = view
  const title =
    parts.length === 0
      ? 'No region'
      : parts.length === 1
        ? partById(parts[0]).label
        : `${parts.length} regions`
  const keyed = parts.some((part) => keyFramesOf(layer, part).length > 0)
  return (
    <>
      <div className="flex h-10 items-center gap-2 pr-2 pl-4">
        <b className="truncate font-title text-13">{title}</b>
        <span className="flex-none text-text-3">f {frame}</span>
        <span className="flex-1" />
        <IconButton
          icon={FlipHorizontal2}
          label="Mirror the edits to the other side"
          size="small"
          disabled={!keyed}
          onClick={() => mirrorSelected(session)}
        />
        <IconButton
          icon={Copy}
          label="Copy the pose of the region"
          keys="Ctrl C"
          size="small"
          disabled={parts.length === 0}
          onClick={() => copySelected(session)}
        />
        <IconButton
          icon={ClipboardPaste}
          label="Paste it into this frame"
          keys="Ctrl V"
          size="small"
          disabled={!view.copied}
          onClick={() => pasteCopied(session)}
        />
        <IconButton
          icon={RotateCcw}
          label="Take the edits of the region out of the layer"
          size="small"
          disabled={!keyed}
          onClick={() => clearSelected(session)}
        />
      </div>
      {parts.length === 0 && !layer && (
        <p className="border-line-1 border-t px-4 py-3 text-text-3">
          Click a limb, a hand or the face on the stage, or a region in the list. Drag a wrist to bend its
          arm.
        </p>
      )}
      {parts.map((part) => (
        <PartSection key={part} part={part} frame={frame} />
      ))}
      {layer && keyed && <EasingSection layer={layer} frame={frame} />}
      {layer && <LayerSection layer={layer} />}
    </>
  )
}

function PartSection({ part, frame }: { part: PartId; frame: number }) {
  if (ARM_OF[part]) return <ArmSection part={part} frame={frame} />
  return (
    <>
      {part !== 'body' && <RegionSection part={part} frame={frame} />}
      {part === 'body' && <NeckSection part={part} frame={frame} />}
      {HAND_OF[part] && <FingersSection part={part} frame={frame} />}
    </>
  )
}
