'use client'
import { Diamond, FlipHorizontal2, PaintBucket, X } from 'lucide-react'
import { isShape, type MaskLayer, type ShapeLayer } from '../../../nodes/lib/mask/mask-layers'
import { placementAt } from '../../../nodes/lib/mask/shape-motion'
import { regionCss } from '../../_lib/values/region-colours'
import { Button } from '../../_ui/button'
import { NumberField } from '../../_ui/number-field'
import { Segment } from '../../_ui/segment'
import { Select } from '../../_ui/select'
import { SliderRow } from '../../_ui/slider-row'
import { Section, Swatch } from '../full-screen/section'
import type { Draft } from '../full-screen/use-draft'
import {
  addOperation,
  amountOf,
  type FrameRange,
  maskLayerTitle,
  regionTitle,
  removeShapeKey,
  replaceMaskLayer,
  sayRange,
  setAmount,
  setRange,
  setShapeKey,
} from './mask-edits'
import type { EditedMask } from './mask-preview'
import type { Scope } from './mask-workspace'

export interface MaskInspectorProps {
  mask: EditedMask
  region: string
  regions: readonly string[]
  frame: number
  range: FrameRange
  scope: Scope
  loopSet: boolean
  selected: MaskLayer | undefined
  layers: Draft<readonly MaskLayer[]>
  onScope(scope: Scope): void
}

/** What is done to the region, over which frames, and the figures of the edit that is chosen. */
export function MaskInspector({
  mask,
  region,
  regions,
  frame,
  range,
  scope,
  loopSet,
  selected,
  layers,
  onScope,
}: MaskInspectorProps) {
  const list = layers.value
  const creates =
    mask.regions.includes(region) || list.some((layer) => layer.region === region && layer.enabled)
  const operation = (kind: 'invert' | 'fill' | 'clear') => () =>
    layers.change(addOperation(list, kind, region, range))
  return (
    <>
      <div className="flex h-10 items-center gap-2 px-4">
        <Swatch colour={regionCss(region, regions)} />
        <b className="font-title text-13">{regionTitle(region)}</b>
        <span className="text-text-3">f {frame}</span>
      </div>
      <Section title="Frames">
        <Segment
          label="Frames that an edit counts in"
          value={scope}
          className="w-full"
          options={[
            { value: 'frame', label: 'This frame' },
            { value: 'loop', label: 'Loop range' },
            { value: 'all', label: 'Whole clip' },
          ]}
          onChange={onScope}
        />
        <p className="mt-2 text-11 text-text-3">
          {scope === 'loop' && !loopSet
            ? 'No loop range is set, so edits count in the whole clip. I and O set one.'
            : `New edits count in: ${sayRange(range, mask.frames)}`}
        </p>
      </Section>
      <Section title="Shape">
        <SliderRow
          label="Feather"
          unit="px"
          value={amountOf(list, 'feather', region, range)}
          min={0}
          max={64}
          step={1}
          defaultValue={0}
          disabled={!creates}
          onChange={(pixels, gesture) =>
            layers.change(setAmount(list, 'feather', region, range, pixels), gesture)
          }
        />
        <SliderRow
          label="Grow"
          unit="px"
          value={amountOf(list, 'grow', region, range)}
          min={-64}
          max={64}
          step={1}
          defaultValue={0}
          disabled={!creates}
          onChange={(pixels, gesture) =>
            layers.change(setAmount(list, 'grow', region, range, pixels), gesture)
          }
        />
        <div className="mt-2 flex gap-2">
          <Button size="small" icon={FlipHorizontal2} disabled={!creates} onClick={operation('invert')}>
            Invert
          </Button>
          <Button size="small" icon={PaintBucket} onClick={operation('fill')}>
            Fill
          </Button>
          <Button size="small" icon={X} disabled={!creates} onClick={operation('clear')}>
            Clear
          </Button>
        </div>
      </Section>
      {selected && <Selected layer={selected} {...{ mask, frame, layers }} />}
    </>
  )
}

function Selected({
  layer,
  mask,
  frame,
  layers,
}: {
  layer: MaskLayer
  mask: EditedMask
  frame: number
  layers: Draft<readonly MaskLayer[]>
}) {
  const list = layers.value
  const change = (values: object, gesture?: string) =>
    layers.change(
      replaceMaskLayer(list, layer.id, (one) => ({ ...one, ...values }) as MaskLayer),
      gesture,
    ) // fields of its own kind, see below
  const last = mask.frames - 1
  const end = (value: number, side: 'from' | 'to', gesture?: string) =>
    layers.change(
      setRange(list, layer.id, { from: layer.from ?? 0, to: layer.to ?? last, [side]: value }),
      gesture,
    )
  return (
    <Section title={maskLayerTitle(layer)}>
      {isShape(layer) && (
        <Segment
          label="What the shape does"
          value={layer.op}
          className="mb-2 w-full"
          options={[
            { value: 'add', label: 'Adds' },
            { value: 'erase', label: 'Erases' },
            { value: 'intersect', label: 'Bounds' },
          ]}
          onChange={(op) => change({ op })}
        />
      )}
      {layer.kind === 'stroke' && (
        <>
          <SliderRow
            label="Size"
            unit="px"
            value={Math.round(layer.radius * 2)}
            min={1}
            max={Math.round(mask.width / 2)}
            step={1}
            onChange={(diameter, gesture) => change({ radius: diameter / 2 }, gesture)}
          />
          <SliderRow
            label="Hardness"
            unit="%"
            value={Math.round(layer.hardness * 100)}
            min={0}
            max={100}
            step={1}
            onChange={(percent, gesture) => change({ hardness: percent / 100 }, gesture)}
          />
        </>
      )}
      {'pixels' in layer && (
        <SliderRow
          label="Amount"
          unit="px"
          value={layer.pixels}
          min={layer.kind === 'grow' ? -64 : 0}
          max={64}
          step={1}
          onChange={(pixels, gesture) => change({ pixels }, gesture)}
        />
      )}
      <div className="mt-2 grid grid-cols-2 gap-2 text-11 text-text-2">
        <span className="grid grid-cols-[36px_minmax(0,1fr)] items-center">
          From
          <NumberField
            size="small"
            label="First frame"
            integer
            min={0}
            max={last}
            value={layer.from ?? 0}
            onChange={(value, gesture) => end(value, 'from', gesture)}
          />
        </span>
        <span className="grid grid-cols-[36px_minmax(0,1fr)] items-center">
          To
          <NumberField
            size="small"
            label="Last frame"
            integer
            min={0}
            max={last}
            value={layer.to ?? last}
            onChange={(value, gesture) => end(value, 'to', gesture)}
          />
        </span>
      </div>
      {isShape(layer) && <ShapeKeys layer={layer} frame={frame} layers={layers} />}
    </Section>
  )
}

function ShapeKeys({
  layer,
  frame,
  layers,
}: {
  layer: ShapeLayer
  frame: number
  layers: Draft<readonly MaskLayer[]>
}) {
  const here = layer.keys.find((key) => key.frame === frame)
  const now = placementAt(layer.keys, frame)
  const set = (change: Parameters<typeof setShapeKey>[3], gesture?: string) =>
    layers.change(setShapeKey(layers.value, layer.id, frame, change), gesture)
  return (
    <div className="mt-3 border-line-1 border-t pt-3">
      <div className="mb-2 flex items-center gap-2 font-strong">
        <Diamond size={12} strokeWidth={1.75} aria-hidden className={here ? 'text-accent' : 'text-text-3'} />
        {layer.keys.length === 0 ? 'Not keyframed' : here ? `Keyframe at f ${frame}` : 'Between keyframes'}
        <span className="flex-1" />
        {here ? (
          <Button size="small" onClick={() => layers.change(removeShapeKey(layers.value, layer.id, frame))}>
            Remove
          </Button>
        ) : (
          <Button size="small" onClick={() => set({})}>
            Set
          </Button>
        )}
      </div>
      {layer.keys.length > 0 && (
        <>
          <SliderRow
            label="Right"
            unit="px"
            value={now.dx}
            min={-512}
            max={512}
            step={1}
            defaultValue={0}
            onChange={(dx, gesture) => set({ dx }, gesture)}
          />
          <SliderRow
            label="Down"
            unit="px"
            value={now.dy}
            min={-512}
            max={512}
            step={1}
            defaultValue={0}
            onChange={(dy, gesture) => set({ dy }, gesture)}
          />
          <SliderRow
            label="Size"
            value={now.scale}
            min={0.1}
            max={4}
            step={0.01}
            defaultValue={1}
            onChange={(scale, gesture) => set({ scale }, gesture)}
          />
          <SliderRow
            label="Turn"
            unit="°"
            value={now.rotation}
            min={-180}
            max={180}
            step={1}
            defaultValue={0}
            onChange={(rotation, gesture) => set({ rotation }, gesture)}
          />
          {here && (
            <Select
              label="Way to the next keyframe"
              size="small"
              className="mt-2"
              value={here.easing}
              options={[
                { value: 'linear', label: 'Even' },
                { value: 'ease', label: 'Ease in and out' },
                { value: 'hold', label: 'Hold, then jump' },
              ]}
              onChange={(easing) => set({ easing })}
            />
          )}
        </>
      )}
    </div>
  )
}
