'use client'
import { Contrast, Eraser, PaintBucket } from 'lucide-react'
import { MAX_FEATHER, MAX_GROW } from '../../../nodes/lib/mask/limits'
import type { MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import { Button } from '../../_ui/button'
import { NumberField } from '../../_ui/number-field'
import { Segment } from '../../_ui/segment'
import { SliderRow } from '../../_ui/slider-row'
import { words } from '../card/say'
import { Section } from '../full-screen/section'
import { amountOf, type MaskRange, sayRange, withAmount, withOperation } from './mask-edits'

/** How far the sliders reach; the fields take all that the schema takes. */
const USUAL = { grow: Math.min(64, MAX_GROW), feather: Math.min(64, MAX_FEATHER) }

export type RangeChoice = 'all' | 'frame' | 'from-to'

/** What can be done to the chosen region as a whole, and for which frames edits hold. */
export function RegionPanel({
  region,
  colour,
  layers,
  range,
  choice,
  frames,
  brush,
  showBrush,
  onBrush,
  onChoice,
  onRange,
  onChange,
}: {
  region: string
  colour: string
  layers: readonly MaskLayer[]
  range: MaskRange
  choice: RangeChoice
  frames: number
  brush: { radius: number; hardness: number }
  showBrush: boolean
  onBrush(brush: { radius: number; hardness: number }): void
  onChoice(choice: RangeChoice): void
  onRange(range: { from: number; to: number }): void
  onChange(layers: MaskLayer[], gesture?: string): void
}) {
  const amount = (kind: 'grow' | 'feather') => amountOf(layers, kind, region, range)
  return (
    <>
      <Section title={words(region)} colour={colour} className="border-t-0">
        <SliderRow
          label="Grow"
          docs="Grows the region by so many pixels; below 0 it shrinks."
          unit="px"
          min={-USUAL.grow}
          max={USUAL.grow}
          step={1}
          defaultValue={0}
          value={amount('grow')}
          onChange={(pixels, gesture) => onChange(withAmount(layers, 'grow', region, range, pixels), gesture)}
        />
        <SliderRow
          label="Feather"
          docs="Softens the edge over so many pixels."
          unit="px"
          min={0}
          max={USUAL.feather}
          step={1}
          defaultValue={0}
          value={amount('feather')}
          onChange={(pixels, gesture) =>
            onChange(withAmount(layers, 'feather', region, range, pixels), gesture)
          }
        />
        <div className="mt-2 flex flex-wrap gap-1.5">
          <Button icon={Contrast} onClick={() => onChange(withOperation(layers, 'invert', region, range))}>
            Invert
          </Button>
          <Button icon={PaintBucket} onClick={() => onChange(withOperation(layers, 'fill', region, range))}>
            Fill
          </Button>
          <Button icon={Eraser} onClick={() => onChange(withOperation(layers, 'clear', region, range))}>
            Clear
          </Button>
        </div>
      </Section>
      {showBrush && (
        <Section title="Brush">
          <SliderRow
            label="Size"
            unit="px"
            min={1}
            max={200}
            step={1}
            value={Math.round(2 * brush.radius)}
            onChange={(size) => onBrush({ ...brush, radius: Math.max(0.5, size / 2) })}
          />
          <SliderRow
            label="Hardness"
            unit="%"
            min={0}
            max={100}
            step={5}
            defaultValue={80}
            value={Math.round(100 * brush.hardness)}
            onChange={(percent) => onBrush({ ...brush, hardness: percent / 100 })}
          />
        </Section>
      )}
      <Section title="Frames" end={<span className="text-11 text-text-3">{sayRange(range)}</span>}>
        <Segment
          label="Frames that edits hold for"
          className="w-full"
          value={choice}
          onChange={onChoice}
          options={[
            { value: 'all', label: 'All' },
            { value: 'frame', label: 'This one' },
            { value: 'from-to', label: 'From – to' },
          ]}
        />
        {choice === 'from-to' && (
          <div className="mt-2 grid grid-cols-2 gap-2">
            <NumberField
              label="First frame"
              integer
              min={0}
              max={Math.max(0, frames - 1)}
              value={range.from ?? 0}
              onChange={(from) => onRange({ from, to: Math.max(from, range.to ?? from) })}
            />
            <NumberField
              label="Last frame"
              integer
              min={0}
              max={Math.max(0, frames - 1)}
              value={range.to ?? frames - 1}
              onChange={(to) => onRange({ from: Math.min(to, range.from ?? 0), to })}
            />
          </div>
        )}
        <p className="mt-2 text-11 text-text-3">
          New edits hold for these frames. Grow and feather have a value each.
        </p>
      </Section>
    </>
  )
}
