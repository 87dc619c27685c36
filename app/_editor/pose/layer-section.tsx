'use client'
import { type EditLayer, LAYER_REGIONS } from '../../../nodes/lib/pose/edit-layers'
import { Select } from '../../_ui/select'
import { SliderRow } from '../../_ui/slider-row'
import { Section } from '../full-screen/section'
import { FigureField, Figures } from './figure-field'
import { replaceLayer, setLayer } from './layer-list'
import { usePoseSession } from './session'

const REGION_LABELS = LAYER_REGIONS.map((value) => ({
  value,
  label: value.charAt(0).toUpperCase() + value.slice(1).replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`),
}))

type Change = (values: object, gesture?: string) => void

/** What a layer does, how strongly, and over which frames. */
export function LayerSection({ layer }: { layer: EditLayer }) {
  const { layers } = usePoseSession()
  const change: Change = (values, gesture) =>
    layers.change(
      replaceLayer(layers.value, layer.id, (one) => ({ ...one, ...values }) as EditLayer), // fields of its own kind, see below
      gesture,
    )
  return (
    <Section title="Layer">
      {'region' in layer && (
        <div className="mb-2">
          <Select
            label="Region"
            value={layer.region}
            options={REGION_LABELS}
            onChange={(region) => change({ region })}
          />
        </div>
      )}
      {slidersOf(layer).map(({ key, ...slider }) => (
        <SliderRow key={key} {...slider} onChange={(value, gesture) => change({ [key]: value }, gesture)} />
      ))}
      <SliderRow
        label="Strength"
        unit="%"
        value={Math.round(layer.strength * 100)}
        min={0}
        max={100}
        step={1}
        integer
        defaultValue={100}
        onChange={(percent, gesture) => change({ strength: percent / 100 }, gesture)}
      />
      <RangeFigures layer={layer} />
    </Section>
  )
}

interface LayerSlider {
  key: string
  label: string
  unit?: string
  value: number
  min: number
  max: number
  step: number
  defaultValue: number
}

/** What only layers of this kind have. */
function slidersOf(layer: EditLayer): LayerSlider[] {
  const shift = { unit: 'px', min: -200, max: 200, step: 1, defaultValue: 0 }
  const factor = { key: 'factor', step: 0.01, defaultValue: 1 }
  switch (layer.kind) {
    case 'offset':
      return [
        { key: 'dx', label: 'Right', value: layer.dx, ...shift },
        { key: 'dy', label: 'Down', value: layer.dy, ...shift },
      ]
    case 'rotate':
      return [
        { ...shift, key: 'degrees', label: 'Turn', value: layer.degrees, unit: '°', min: -180, max: 180 },
      ]
    case 'scale':
      return [{ ...factor, label: 'Size', value: layer.factor, min: 0.05, max: 3 }]
    case 'amplitude':
      return [{ ...factor, label: 'Amplitude', value: layer.factor, min: 0, max: 5 }]
    default:
      return []
  }
}

/** The frames of the layer; people count the last one in, the layer does not. */
function RangeFigures({ layer }: { layer: EditLayer }) {
  const { layers, edited } = usePoseSession()
  const set = (values: Parameters<typeof setLayer>[2], gesture?: string) =>
    layers.change(setLayer(layers.value, layer.id, values), gesture)
  const last = layer.to ?? edited.frames
  const fade = { integer: true, unit: 'f', min: 0, max: 1000 }
  return (
    <Figures className="mt-2">
      <FigureField
        name="From"
        label="First frame"
        integer
        min={0}
        max={Math.max(0, last - 1)}
        value={layer.from}
        onChange={(from, gesture) => set({ from }, gesture)}
      />
      <FigureField
        name="To"
        label="Last frame"
        integer
        min={layer.from}
        max={edited.frames - 1}
        value={Math.min(last, edited.frames) - 1}
        onChange={(to, gesture) => set({ to: to >= edited.frames - 1 ? null : to + 1 }, gesture)}
      />
      <FigureField
        name="Fade in"
        {...fade}
        value={layer.fadeIn}
        onChange={(fadeIn, gesture) => set({ fadeIn }, gesture)}
      />
      <FigureField
        name="Fade out"
        {...fade}
        value={layer.fadeOut}
        onChange={(fadeOut, gesture) => set({ fadeOut }, gesture)}
      />
    </Figures>
  )
}
