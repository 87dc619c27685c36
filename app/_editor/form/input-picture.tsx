'use client'
import { AssetPicture } from '../inspector/asset-field'
import type { Asset } from '../panels/use-assets'
import { PaintedStage } from '../stages/painted-stage'
import { useNodeRun } from '../state/run-store'
import type { FileKind } from './form-inputs'

const SIZE = 60

/** A small picture of an input: a sound as its waveform, a pose as its skeleton, anything else as its thumbnail. */
export function InputPicture({
  node,
  kind,
  asset,
}: {
  node: string
  kind: FileKind
  asset: Asset | undefined
}) {
  const { values } = useNodeRun(node)
  const value = Object.values(values).find(({ type }) => type === kind)
  if (!value || (kind !== 'audio' && kind !== 'pose'))
    return <AssetPicture asset={asset} kind={kind} size={SIZE} />
  return (
    <div
      aria-hidden
      className="pointer-events-none relative flex-none overflow-hidden rounded-2 bg-stage"
      style={{ width: SIZE, height: SIZE }}
    >
      <PaintedStage value={value} width={SIZE} height={SIZE} label="" />
    </div>
  )
}
