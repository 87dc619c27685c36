'use client'
import { ClipboardPaste, Copy, FlipHorizontal2, RotateCcw } from 'lucide-react'
import { FINGERS } from '../../../nodes/lib/pose/curl-fingers'
import { EASES, type Ease, type EditLayer, LAYER_REGIONS } from '../../../nodes/lib/pose/edit-layers'
import { IconButton } from '../../_ui/icon-button'
import { NumberField } from '../../_ui/number-field'
import { Segment } from '../../_ui/segment'
import { Select } from '../../_ui/select'
import { SliderRow } from '../../_ui/slider-row'
import { Section } from '../full-screen/section'
import { useTransport } from '../state/transport'
import { EaseCurve } from './ease-curve'
import { pointAt } from './gestures'
import { easeAt, findTrack, keyFramesOf, setEase, type TrackSpec, trackValues } from './key-edits'
import { replaceLayer, setLayer } from './layer-list'
import { ARM_OF, FINGER_LABELS, HAND_OF, type PartId, partById } from './parts'
import {
  clearSelected,
  copySelected,
  mirrorSelected,
  pasteCopied,
  pointsOf,
  setTrackValues,
  shiftTrack,
} from './pose-actions'
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
      ? 'Nothing selected'
      : parts.length === 1
        ? partById(parts[0]).label
        : `${parts.length} regions`
  const keyed = parts.some((part) => keyFramesOf(layer, part).length > 0)
  return (
    <>
      <div className="flex h-10 items-center gap-2 pr-2 pl-4">
        <b className="font-title text-13">{title}</b>
        <span className="text-text-3">f {frame}</span>
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
      {layer && keyed && <Easing layer={layer} frame={frame} />}
      {layer && <LayerSection layer={layer} />}
    </>
  )
}

function PartSection({ part, frame }: { part: PartId; frame: number }) {
  if (ARM_OF[part]) return <ArmSection part={part} frame={frame} />
  return (
    <>
      {part !== 'body' && <RegionSection part={part} frame={frame} />}
      {part === 'body' && <JointSection part={part} frame={frame} />}
      {HAND_OF[part] && <FingersSection part={part} frame={frame} />}
    </>
  )
}

const field = 'grid grid-cols-2 gap-2'

/** A number with its name inside the well. */
function Named({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="grid grid-cols-[46px_minmax(0,1fr)] items-center gap-1 text-11 text-text-2">
      {label}
      {children}
    </div>
  )
}

function ArmSection({ part, frame }: { part: PartId; frame: number }) {
  const session = usePoseSession()
  const arm = ARM_OF[part]
  if (!arm) return null
  const points = pointsOf(session, frame)
  const [s, e, w] = [arm.shoulder, arm.elbow, arm.wrist].map((i) => pointAt(points, i))
  const length = Math.hypot(e.x - s.x, e.y - s.y) + Math.hypot(w.x - e.x, w.y - e.y)
  const reach = length > 0 ? Math.hypot(w.x - s.x, w.y - s.y) / length : 0
  const free = session.view.free.includes(part)
  const wrist: TrackSpec = { part: 'joint', joint: arm.wrist, ik: !free, follow: true }
  const elbow: TrackSpec = { part: 'joint', joint: arm.elbow, ik: false, follow: false }
  const move = (track: TrackSpec, now: number, axis: 'x' | 'y') => (next: number, gesture?: string) =>
    shiftTrack(
      session,
      part,
      track,
      { x: axis === 'x' ? next - now : 0, y: axis === 'y' ? next - now : 0 },
      gesture,
    )
  const value = (n: number) => Math.round(n * 10) / 10
  return (
    <Section
      title={partById(part).label}
      colour={partById(part).colour}
      end={
        <Segment
          label="How the wrist is dragged"
          value={free ? 'free' : 'ik'}
          options={[
            { value: 'ik', label: 'IK' },
            { value: 'free', label: 'Free' },
          ]}
          className="h-6!"
          onChange={(next) =>
            session.show({
              free:
                next === 'free'
                  ? [...session.view.free, part]
                  : session.view.free.filter((one) => one !== part),
            })
          }
        />
      }
    >
      <div className={field}>
        <Named label="Wrist X">
          <NumberField
            size="small"
            label="Wrist X"
            value={value(w.x)}
            step={1}
            onChange={move(wrist, w.x, 'x')}
          />
        </Named>
        <Named label="Wrist Y">
          <NumberField
            size="small"
            label="Wrist Y"
            value={value(w.y)}
            step={1}
            onChange={move(wrist, w.y, 'y')}
          />
        </Named>
        <Named label="Elbow X">
          <NumberField
            size="small"
            label="Elbow X"
            value={value(e.x)}
            step={1}
            onChange={move(elbow, e.x, 'x')}
          />
        </Named>
        <Named label="Elbow Y">
          <NumberField
            size="small"
            label="Elbow Y"
            value={value(e.y)}
            step={1}
            onChange={move(elbow, e.y, 'y')}
          />
        </Named>
      </div>
      <p className="mt-2 text-11 text-text-3">Reach {reach.toFixed(2)} of the arm</p>
    </Section>
  )
}

function JointSection({ part, frame }: { part: PartId; frame: number }) {
  const session = usePoseSession()
  const neck = pointAt(pointsOf(session, frame), 1)
  const track: TrackSpec = { part: 'joint', joint: 1, ik: false, follow: true }
  return (
    <Section title="Neck" colour={partById(part).colour}>
      <div className={field}>
        <Named label="X">
          <NumberField
            size="small"
            label="Neck X"
            value={Math.round(neck.x)}
            step={1}
            onChange={(next, gesture) =>
              shiftTrack(session, part, track, { x: next - neck.x, y: 0 }, gesture)
            }
          />
        </Named>
        <Named label="Y">
          <NumberField
            size="small"
            label="Neck Y"
            value={Math.round(neck.y)}
            step={1}
            onChange={(next, gesture) =>
              shiftTrack(session, part, track, { x: 0, y: next - neck.y }, gesture)
            }
          />
        </Named>
      </div>
    </Section>
  )
}

function RegionSection({ part, frame }: { part: PartId; frame: number }) {
  const session = usePoseSession()
  const layer = session.layers.value.find(({ id }) => id === session.view.layer)
  const track: TrackSpec = { part: 'region', region: partById(part).region }
  const now = trackValues(findTrack(layer, track), track, frame)
  const set = (name: 'dx' | 'dy' | 'degrees' | 'scale') => (next: number, gesture?: string) =>
    setTrackValues(session, part, track, { [name]: next }, gesture)
  const two = (n: number) => Math.round(n * 100) / 100
  return (
    <Section title={partById(part).label} colour={partById(part).colour}>
      <div className={field}>
        {!HAND_OF[part] && (
          <>
            <Named label="Right">
              <NumberField
                size="small"
                label="Right"
                unit="px"
                value={two(now.dx)}
                step={1}
                onChange={set('dx')}
              />
            </Named>
            <Named label="Down">
              <NumberField
                size="small"
                label="Down"
                unit="px"
                value={two(now.dy)}
                step={1}
                onChange={set('dy')}
              />
            </Named>
          </>
        )}
        <Named label="Turn">
          <NumberField
            size="small"
            label="Turn"
            unit="°"
            value={two(now.degrees)}
            step={1}
            min={-3600}
            max={3600}
            onChange={set('degrees')}
          />
        </Named>
        <Named label="Size">
          <NumberField
            size="small"
            label="Size"
            value={two(now.scale)}
            step={0.01}
            min={0.05}
            max={10}
            onChange={set('scale')}
          />
        </Named>
      </div>
    </Section>
  )
}

const PRESETS = { open: 0, rest: 0.22, fist: 1 } as const

function FingersSection({ part, frame }: { part: PartId; frame: number }) {
  const session = usePoseSession()
  const hand = HAND_OF[part]
  if (!hand) return null
  const layer = session.layers.value.find(({ id }) => id === session.view.layer)
  const track: TrackSpec = { part: 'fingers', hand: hand.side }
  const now = trackValues(findTrack(layer, track), track, frame)
  const all = (curl: number) => Object.fromEntries(FINGERS.map((finger) => [finger, curl]))
  const preset = (Object.keys(PRESETS) as (keyof typeof PRESETS)[]).find((name) =>
    FINGERS.every((finger) => Math.abs(now[finger] - PRESETS[name]) < 0.005),
  )
  return (
    <Section
      title={`${partById(part).label} curl`}
      colour={partById(part).colour}
      end={
        <Segment
          label="Shape of the hand"
          value={preset ?? ''}
          className="h-6!"
          options={[
            { value: 'open', label: 'Open' },
            { value: 'rest', label: 'Rest' },
            { value: 'fist', label: 'Fist' },
          ]}
          onChange={(name) =>
            setTrackValues(session, part, track, all(PRESETS[name as keyof typeof PRESETS]))
          }
        />
      }
    >
      {FINGERS.map((finger) => (
        <SliderRow
          key={finger}
          label={FINGER_LABELS[finger]}
          value={now[finger]}
          min={0}
          max={1}
          step={0.01}
          defaultValue={0}
          onChange={(next, gesture) => setTrackValues(session, part, track, { [finger]: next }, gesture)}
        />
      ))}
      <SliderRow
        label="Spread"
        value={now.spread}
        min={0}
        max={3}
        step={0.01}
        defaultValue={1}
        onChange={(spread, gesture) => setTrackValues(session, part, track, { spread }, gesture)}
      />
    </Section>
  )
}

export const EASE_LABELS: Record<Ease, string> = {
  linear: 'Even',
  'ease-in': 'Ease in',
  'ease-out': 'Ease out',
  'ease-in-out': 'Ease in and out',
  hold: 'Hold, then jump',
}

function Easing({ layer, frame }: { layer: EditLayer; frame: number }) {
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
            Use for all keys of {partById(part).label}
          </button>
          <span className="px-2 text-11 text-text-3">from f {before}</span>
        </div>
      </div>
    </Section>
  )
}

const REGION_LABELS = LAYER_REGIONS.map((value) => ({
  value,
  label: value.charAt(0).toUpperCase() + value.slice(1).replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`),
}))

function LayerSection({ layer }: { layer: EditLayer }) {
  const { layers, edited } = usePoseSession()
  const change = (values: object, gesture?: string) =>
    layers.change(
      replaceLayer(layers.value, layer.id, (one) => ({ ...one, ...values }) as EditLayer),
      gesture,
    ) // fields of its own kind, see below
  const set = (values: Parameters<typeof setLayer>[2], gesture?: string) =>
    layers.change(setLayer(layers.value, layer.id, values), gesture)
  const last = layer.to ?? edited.frames
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
      {'factor' in layer && (
        <SliderRow
          label={layer.kind === 'scale' ? 'Size' : 'Amplitude'}
          value={layer.factor}
          min={layer.kind === 'scale' ? 0.05 : 0}
          max={layer.kind === 'scale' ? 3 : 5}
          step={0.01}
          defaultValue={1}
          onChange={(factor, gesture) => change({ factor }, gesture)}
        />
      )}
      {layer.kind === 'offset' && (
        <>
          <SliderRow
            label="Right"
            unit="px"
            value={layer.dx}
            min={-200}
            max={200}
            step={1}
            defaultValue={0}
            onChange={(dx, gesture) => change({ dx }, gesture)}
          />
          <SliderRow
            label="Down"
            unit="px"
            value={layer.dy}
            min={-200}
            max={200}
            step={1}
            defaultValue={0}
            onChange={(dy, gesture) => change({ dy }, gesture)}
          />
        </>
      )}
      {layer.kind === 'rotate' && (
        <SliderRow
          label="Turn"
          unit="°"
          value={layer.degrees}
          min={-180}
          max={180}
          step={1}
          defaultValue={0}
          onChange={(degrees, gesture) => change({ degrees }, gesture)}
        />
      )}
      <SliderRow
        label="Strength"
        unit="%"
        value={Math.round(layer.strength * 100)}
        min={0}
        max={100}
        step={1}
        integer
        defaultValue={100}
        onChange={(percent, gesture) => set({ strength: percent / 100 }, gesture)}
      />
      <div className={`${field} mt-2`}>
        <Named label="From">
          <NumberField
            size="small"
            label="First frame"
            integer
            min={0}
            max={Math.max(0, last - 1)}
            value={layer.from}
            onChange={(from, gesture) => set({ from }, gesture)}
          />
        </Named>
        <Named label="To">
          <NumberField
            size="small"
            label="Last frame"
            integer
            min={layer.from}
            max={edited.frames - 1}
            value={Math.min(last, edited.frames) - 1}
            onChange={(to, gesture) => set({ to: to >= edited.frames - 1 ? null : to + 1 }, gesture)}
          />
        </Named>
        <Named label="Fade in">
          <NumberField
            size="small"
            label="Fade in"
            integer
            unit="f"
            min={0}
            max={1000}
            value={layer.fadeIn}
            onChange={(fadeIn, gesture) => set({ fadeIn }, gesture)}
          />
        </Named>
        <Named label="Fade out">
          <NumberField
            size="small"
            label="Fade out"
            integer
            unit="f"
            min={0}
            max={1000}
            value={layer.fadeOut}
            onChange={(fadeOut, gesture) => set({ fadeOut }, gesture)}
          />
        </Named>
      </div>
    </Section>
  )
}
