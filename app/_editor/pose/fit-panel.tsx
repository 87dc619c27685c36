'use client'
import { HAND_CURLS } from '../../../nodes/lib/pose/first-pose-fit'
import type { ArmFit, FirstPoseFit } from '../../../nodes/lib/pose/first-pose-schema'
import { Button } from '../../_ui/button'
import { Segment } from '../../_ui/segment'
import { SliderRow } from '../../_ui/slider-row'
import { Toggle } from '../../_ui/toggle'
import { Section } from '../full-screen/section'
import { FigureField, Figures } from './figure-field'
import type { FitStep } from './fit-steps'

type ChangeFit = (next: FirstPoseFit, gesture?: string) => void
type ChangeArm = (next: ArmFit, gesture?: string) => void

/** The figures of the step. */
export function FitPanel({ step, fit, change }: { step: FitStep; fit: FirstPoseFit; change: ChangeFit }) {
  if (step === 'head') return <HeadFigures fit={fit} change={change} />
  if (step === 'check') {
    return (
      <Section title="Check" className="border-t-0!">
        <p className="text-text-2">
          This is the Warp renderer with a test motion. An arm whose outline is not clear moves little or not
          at all; that is no fault of the fit.
        </p>
      </Section>
    )
  }
  const ArmFigures = step === 'hands' ? HandFigures : step === 'arms' ? ElbowAndWrist : Shoulder
  return (
    <>
      {(['right', 'left'] as const).map((side) => (
        <ArmFigures
          key={side}
          side={side}
          arm={fit[side]}
          change={(arm, gesture) => change({ ...fit, [side]: arm }, gesture)}
        />
      ))}
      {step === 'hands' && (
        <div className="px-4 py-3">
          <Button
            onClick={() => {
              const { hand } = fit.right
              change({ ...fit, left: { ...fit.left, hand: { ...hand, degrees: -hand.degrees } } })
            }}
          >
            Left hand as the right, mirrored
          </Button>
        </div>
      )}
    </>
  )
}

type HeadFigure = keyof FirstPoseFit['head']

/** `most`: a number, or the side of the picture that bounds it. */
const HEAD_FIGURES: {
  key: HeadFigure
  label: string
  unit?: string
  least: number
  most: number | 'width' | 'height'
  step: number
  usual?: number
}[] = [
  { key: 'x', label: 'Across', unit: 'px', least: 0, most: 'width', step: 1 },
  { key: 'y', label: 'Brows', unit: 'px', least: 0, most: 'height', step: 1 },
  { key: 'width', label: 'Width', unit: 'px', least: 12, most: 'width', step: 1 },
  { key: 'height', label: 'Height', unit: 'px', least: 12, most: 'height', step: 1 },
  { key: 'degrees', label: 'Turn', unit: '°', least: -60, most: 60, step: 0.5, usual: 0 },
  { key: 'eyes', label: 'Eyes', least: 0.05, most: 0.4, step: 0.005, usual: 0.165 },
  { key: 'mouth', label: 'Mouth', least: 0.5, most: 0.9, step: 0.005, usual: 0.69 },
]

function HeadFigures({ fit, change }: { fit: FirstPoseFit; change: ChangeFit }) {
  return (
    <Section title="Head" className="border-t-0!">
      {HEAD_FIGURES.map(({ key, label, unit, least, most, step, usual }) => (
        <SliderRow
          key={key}
          label={label}
          unit={unit}
          value={Number((Math.round(fit.head[key] / step) * step).toFixed(3))}
          min={least}
          max={typeof most === 'number' ? most : fit[most]}
          step={step}
          defaultValue={usual}
          onChange={(value, gesture) => change({ ...fit, head: { ...fit.head, [key]: value } }, gesture)}
        />
      ))}
    </Section>
  )
}

interface ArmProps {
  side: 'right' | 'left'
  arm: ArmFit
  change: ChangeArm
}

const sideName = (side: ArmProps['side']) => (side === 'right' ? 'Right' : 'Left')

function Shoulder({ side, arm, change }: ArmProps) {
  return (
    <Section title={`${sideName(side)} shoulder`}>
      <PlaceFigures of="shoulder" {...{ side, arm, change }} />
    </Section>
  )
}

function ElbowAndWrist({ side, arm, change }: ArmProps) {
  return (
    <Section title={`${sideName(side)} arm`}>
      <PlaceFigures of="elbow" {...{ side, arm, change }} />
      <PlaceFigures of="wrist" {...{ side, arm, change }} />
    </Section>
  )
}

/** Where a point of an arm lies, for the keyboard and for those who know it. */
function PlaceFigures({ of, side, arm, change }: ArmProps & { of: 'shoulder' | 'elbow' | 'wrist' }) {
  return (
    <div className="not-last:mb-3">
      <p className="mb-1 text-text-2 capitalize">{of}</p>
      <Figures>
        {(['x', 'y'] as const).map((axis) => (
          <FigureField
            key={axis}
            name={axis === 'x' ? 'Across' : 'Down'}
            label={`${sideName(side)} ${of}, ${axis === 'x' ? 'across' : 'down'}`}
            unit="px"
            min={-16_384}
            max={32_768}
            value={Math.round(arm[of][axis])}
            onChange={(next, gesture) => change({ ...arm, [of]: { ...arm[of], [axis]: next } }, gesture)}
          />
        ))}
      </Figures>
    </div>
  )
}

function HandFigures({ side, arm, change }: ArmProps) {
  const { hand } = arm
  const set = (values: Partial<typeof hand>, gesture?: string) =>
    change({ ...arm, hand: { ...hand, ...values } }, gesture)
  const preset = (Object.keys(HAND_CURLS) as (keyof typeof HAND_CURLS)[]).find(
    (key) => HAND_CURLS[key] === hand.curl,
  )

  return (
    <Section
      title={`${sideName(side)} hand`}
      end={
        <Toggle on={hand.seen} label={`${sideName(side)} hand is seen`} onChange={(seen) => set({ seen })} />
      }
    >
      {hand.seen ? (
        <>
          <Segment
            label={`Shape of the ${side} hand`}
            value={preset ?? ''}
            className="mb-2 w-full"
            options={[
              { value: 'open', label: 'Open' },
              { value: 'rest', label: 'Rest' },
              { value: 'fist', label: 'Fist' },
            ]}
            onChange={(key) => set({ curl: HAND_CURLS[key as keyof typeof HAND_CURLS] })}
          />
          <SliderRow
            label="Turn"
            unit="°"
            value={Math.round(hand.degrees)}
            min={-180}
            max={180}
            step={1}
            onChange={(degrees, gesture) => set({ degrees }, gesture)}
          />
          <SliderRow
            label="Palm"
            unit="px"
            value={Math.round(hand.palm)}
            min={4}
            max={Math.max(400, Math.round(2 * hand.palm))}
            step={1}
            onChange={(palm, gesture) => set({ palm }, gesture)}
          />
          <SliderRow
            label="Curl"
            value={hand.curl}
            min={0}
            max={1}
            step={0.01}
            onChange={(curl, gesture) => set({ curl }, gesture)}
          />
          <div className="mt-2 flex items-center gap-2 text-text-2">
            <Toggle
              on={hand.flipped}
              label={`Thumb of the ${side} hand on the other side`}
              onChange={(flipped) => set({ flipped })}
            />
            Thumb on the other side
          </div>
        </>
      ) : (
        <p className="text-11 text-text-3">Not in the picture.</p>
      )}
    </Section>
  )
}
