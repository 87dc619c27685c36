'use client'
import { Check, Hand, PersonStanding, ScanFace, Spline, Triangle } from 'lucide-react'
import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ImageValue } from '../../../nodes/core/values'
import {
  type ArmFit,
  type FirstPoseFit,
  firstPoseOf,
  HAND_CURLS,
  personBox,
  startingFit,
  testMotion,
} from '../../../nodes/lib/pose/first-pose-fit'
import type { Point } from '../../../nodes/lib/pose/two-bone-ik'
import { Button } from '../../_ui/button'
import { classNames } from '../../_ui/class-names'
import { ProgressRing } from '../../_ui/progress-ring'
import { Segment } from '../../_ui/segment'
import { SliderRow } from '../../_ui/slider-row'
import { Toggle } from '../../_ui/toggle'
import { useEditorKeys } from '../full-screen/editor-keys'
import { FullScreenFrame } from '../full-screen/frame'
import { Hud, ZoomHud } from '../full-screen/hud'
import { pictureOf } from '../full-screen/picture-of'
import { PanelTitle, Section } from '../full-screen/section'
import { type Place, useStageView } from '../full-screen/stage-view'
import { paintSkeleton, type SkeletonParts, skeletonParts } from '../stages/skeleton-picture'
import { FitHandles } from './fit-handles'
import { useFitHistory } from './fit-history'
import { type FitGrip, moveFit } from './fit-moves'
import { WarpPreview, type WarpState } from './warp-preview'

export const FIT_STEPS = [
  {
    id: 'head',
    label: 'Head',
    icon: ScanFace,
    says: 'Put the box over the face: its top on the brows, its bottom on the chin, its sides on the ends of the jaw. Then the lines on the eyes and the mouth.',
  },
  {
    id: 'shoulders',
    label: 'Shoulders',
    icon: Triangle,
    says: 'Drag both points to where the arms begin, inside the shoulders.',
  },
  {
    id: 'arms',
    label: 'Arms',
    icon: Spline,
    says: 'Drag elbows and wrists. An arm that is out of the picture may lie outside it.',
  },
  {
    id: 'hands',
    label: 'Hands',
    icon: Hand,
    says: 'Turn and size the hands by their handles. Switch off a hand that the picture does not show.',
  },
  {
    id: 'check',
    label: 'Check',
    icon: Check,
    says: 'The portrait moves a little. Where something tears, go back and move that point.',
  },
] as const

export type FitStep = (typeof FIT_STEPS)[number]['id']

export interface FitWorkspaceProps {
  title: string
  portrait: ImageValue
  /** Takes the fitted pose; resolves when it is kept. */
  onSave(fit: FirstPoseFit): Promise<void>
  onClose(): void
}

/** Says which pose a portrait shows, step by step. */
export function FitWorkspace({ title, portrait, onSave, onClose }: FitWorkspaceProps) {
  const start = useMemo(() => startOf(portrait), [portrait])
  const { fit, change, undo, redo, changed, reset } = useFitHistory(start)
  const [step, setStep] = useState<FitStep>('head')
  const [saving, setSaving] = useState(false)
  const [failure, setFailure] = useState<string>()
  const stage = useStageView(portrait)
  const at = FIT_STEPS.findIndex(({ id }) => id === step)
  const save = async () => {
    setSaving(true)
    setFailure(undefined)
    try {
      await onSave(fit)
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
      setSaving(false)
    }
  }
  const grip = useRef<{ grip: FitGrip; from: Place; fit: FirstPoseFit } | null>(null)
  const grab = (what: FitGrip, event: PointerEvent) => {
    event.stopPropagation()
    grip.current = { grip: what, from: stage.toPicture(event), fit }
    stage.box.current?.setPointerCapture(event.pointerId)
  }
  useEditorKeys({
    escape: onClose,
    'ctrl+z': undo,
    'ctrl+shift+z': redo,
    'ctrl+y': redo,
    f: stage.fit,
  })
  return (
    <FullScreenFrame
      icon={PersonStanding}
      editor="First pose"
      title={title}
      saved={changed ? 'Not kept yet' : 'Nothing changed yet'}
      actions={{ undo, redo }}
      onDone={onClose}
      done={
        <Button kind="primary" busy={saving} onClick={() => void save()}>
          Use this pose
        </Button>
      }
      onDiscard={changed ? reset : undefined}
      discardLabel="Start again"
      left={
        <>
          <PanelTitle title="Steps" />
          <ol>
            {FIT_STEPS.map(({ id, label, icon: Icon }, i) => (
              <li key={id}>
                <button
                  type="button"
                  aria-current={step === id ? 'step' : undefined}
                  className={classNames(
                    'flex h-10 w-full cursor-default items-center gap-2.5 px-3 text-left',
                    step === id
                      ? 'bg-accent-soft font-strong shadow-[inset_2px_0_var(--accent)]'
                      : 'text-text-2 hover:bg-hover',
                  )}
                  onClick={() => setStep(id)}
                >
                  <Icon
                    size={14}
                    strokeWidth={1.75}
                    aria-hidden
                    className={step === id ? 'text-accent' : 'text-text-3'}
                  />
                  {i + 1}. {label}
                </button>
              </li>
            ))}
          </ol>
          <p className="px-3 py-3 text-text-2">{FIT_STEPS[at].says}</p>
          <div className="flex gap-2 px-3">
            <Button disabled={at === 0} onClick={() => setStep(FIT_STEPS[at - 1].id)}>
              Back
            </Button>
            <Button
              kind={at < 4 ? 'default' : 'ghost'}
              disabled={at === FIT_STEPS.length - 1}
              onClick={() => setStep(FIT_STEPS[at + 1].id)}
            >
              Next
            </Button>
          </div>
          {failure && (
            <p role="alert" className="px-3 pt-3 text-11 text-err">
              {failure}
            </p>
          )}
        </>
      }
      right={<FitPanel step={step} fit={fit} change={change} />}
    >
      <div
        ref={stage.box}
        data-fit-stage
        className="absolute inset-0 touch-none overflow-hidden"
        onPointerDown={(event) => void stage.panWith(event)}
        onPointerMove={(event) => {
          const held = grip.current
          if (held)
            change(moveFit(held.fit, held.grip, held.from, stage.toPicture(event), event.shiftKey), 'drag')
        }}
        onPointerUp={() => {
          grip.current = null
          change(fit)
        }}
      >
        {step === 'check' ? (
          <CheckPicture portrait={portrait} fit={fit} stage={stage} />
        ) : (
          <>
            <FitPicture portrait={portrait} fit={fit} stage={stage} />
            <FitHandles step={step} fit={fit} stage={stage} onGrab={grab} />
          </>
        )}
      </div>
      <ZoomHud stage={stage} />
    </FullScreenFrame>
  )
}

function startOf({ width, height, channels, data }: ImageValue): FirstPoseFit {
  return startingFit(width, height, channels === 4 ? personBox(data, width, height) : undefined)
}

type Stage = ReturnType<typeof useStageView>

function useFittedCanvas(stage: Stage, paint: (g: CanvasRenderingContext2D, ratio: number) => void) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height } = stage.size
  const draw = useCallback(() => {
    const g = canvas.current?.getContext('2d')
    if (!g || width === 0) return
    const ratio = Math.max(1, devicePixelRatio)
    g.canvas.width = Math.round(width * ratio)
    g.canvas.height = Math.round(height * ratio)
    g.setTransform(1, 0, 0, 1, stage.view.x * ratio, stage.view.y * ratio)
    g.imageSmoothingQuality = 'high'
    paint(g, ratio)
  }, [width, height, stage.view, paint])
  useEffect(draw, [draw])
  return { canvas, draw }
}

function FitPicture({ portrait, fit, stage }: { portrait: ImageValue; fit: FirstPoseFit; stage: Stage }) {
  const [parts, setParts] = useState<SkeletonParts>()
  const [picture, setPicture] = useState<ImageBitmap>()
  useEffect(() => void skeletonParts().then(setParts), [])
  useEffect(() => void pictureOf(portrait).then(setPicture), [portrait])
  const { canvas } = useFittedCanvas(
    stage,
    useCallback(
      (g, ratio) => {
        const scale = stage.view.scale * ratio
        const [width, height] = [portrait.width * scale, portrait.height * scale]
        if (picture) g.drawImage(picture, 0, 0, width, height)
        if (parts)
          paintSkeleton({ context: g, width, height, ratio: ratio * 1.2 }, firstPoseOf(fit).data, fit, parts)
      },
      [picture, parts, fit, portrait, stage.view.scale],
    ),
  )
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label="Skeleton over the portrait"
      className="absolute inset-0 size-full"
    />
  )
}

/** Long side of the moving portrait, px. */
const CHECK_SIZE = 512
const FPS = 25

function CheckPicture({ portrait, fit, stage }: { portrait: ImageValue; fit: FirstPoseFit; stage: Stage }) {
  const [warp, setWarp] = useState<WarpPreview>()
  const [state, setState] = useState<WarpState>({
    state: 'setting-up',
    fraction: 0,
    text: 'Looking at the portrait',
  })
  const first = useMemo(() => firstPoseOf(fit), [fit])
  useEffect(() => {
    const made = new WarpPreview({ portrait, firstPose: first, maxSize: CHECK_SIZE }, setState)
    setWarp(made)
    const motion = testMotion(first)
    const started = performance.now()
    const timer = setInterval(() => {
      const frame = Math.floor(((performance.now() - started) / 1000) * FPS) % motion.frames
      made.show(motion, frame)
    }, 1000 / FPS)
    return () => {
      clearInterval(timer)
      made.close()
    }
  }, [portrait, first])
  const { canvas, draw } = useFittedCanvas(
    stage,
    useCallback(
      (g, ratio) => {
        const bitmap = warp?.picture?.bitmap
        const scale = stage.view.scale * ratio
        if (bitmap) g.drawImage(bitmap, 0, 0, portrait.width * scale, portrait.height * scale)
      },
      [warp, portrait, stage.view.scale],
    ),
  )
  useEffect(() => warp?.onPicture(draw), [warp, draw])
  return (
    <>
      <canvas
        ref={canvas}
        role="img"
        aria-label="The portrait moving by a test motion"
        className="absolute inset-0 size-full"
      />
      <Hud className="top-4 left-1/2 -translate-x-1/2 items-center gap-1.5 px-2.5! text-11">
        {state.state === 'setting-up' && (
          <>
            <ProgressRing fraction={state.fraction} size={13} /> {state.text} ·{' '}
            {Math.round(state.fraction * 100)} %
          </>
        )}
        {state.state === 'ready' && `Warp · set up in ${state.seconds.toFixed(1)} s`}
        {state.state === 'failed' && (
          <span role="alert" className="text-err">
            {state.error.message} {state.error.hint}
          </span>
        )}
      </Hud>
    </>
  )
}

/** The figures of the step. */
function FitPanel({
  step,
  fit,
  change,
}: {
  step: FitStep
  fit: FirstPoseFit
  change(next: FirstPoseFit, gesture?: string): void
}) {
  const { head } = fit
  const setHead = (values: Partial<typeof head>, gesture?: string) =>
    change({ ...fit, head: { ...head, ...values } }, gesture)
  if (step === 'head') {
    return (
      <Section title="Head" className="border-t-0!">
        <SliderRow
          label="Across"
          unit="px"
          value={Math.round(head.x)}
          min={0}
          max={fit.width}
          step={1}
          onChange={(x, g) => setHead({ x }, g)}
        />
        <SliderRow
          label="Brows"
          unit="px"
          value={Math.round(head.y)}
          min={0}
          max={fit.height}
          step={1}
          onChange={(y, g) => setHead({ y }, g)}
        />
        <SliderRow
          label="Width"
          unit="px"
          value={Math.round(head.width)}
          min={12}
          max={fit.width}
          step={1}
          onChange={(width, g) => setHead({ width }, g)}
        />
        <SliderRow
          label="Height"
          unit="px"
          value={Math.round(head.height)}
          min={12}
          max={fit.height}
          step={1}
          onChange={(height, g) => setHead({ height }, g)}
        />
        <SliderRow
          label="Turn"
          unit="°"
          value={Math.round(head.degrees * 10) / 10}
          min={-45}
          max={45}
          step={0.5}
          defaultValue={0}
          onChange={(degrees, g) => setHead({ degrees }, g)}
        />
        <SliderRow
          label="Eyes"
          value={head.eyes}
          min={0.05}
          max={0.4}
          step={0.005}
          defaultValue={0.165}
          onChange={(eyes, g) => setHead({ eyes }, g)}
        />
        <SliderRow
          label="Mouth"
          value={head.mouth}
          min={0.5}
          max={0.9}
          step={0.005}
          defaultValue={0.69}
          onChange={(mouth, g) => setHead({ mouth }, g)}
        />
      </Section>
    )
  }
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
  return (
    <>
      {(['right', 'left'] as const).map((side) => (
        <ArmPanel
          key={side}
          side={side}
          step={step}
          arm={fit[side]}
          change={(arm, gesture) => change({ ...fit, [side]: arm }, gesture)}
        />
      ))}
      {step === 'hands' && (
        <div className="px-4 py-3">
          <Button
            onClick={() =>
              change({
                ...fit,
                left: { ...fit.left, hand: { ...fit.right.hand, degrees: -fit.right.hand.degrees } },
              })
            }
          >
            Left hand as the right, mirrored
          </Button>
        </div>
      )}
    </>
  )
}

function ArmPanel({
  side,
  step,
  arm,
  change,
}: {
  side: 'right' | 'left'
  step: FitStep
  arm: ArmFit
  change(arm: ArmFit, gesture?: string): void
}) {
  const name = side === 'right' ? 'Right' : 'Left'
  const point = (key: 'shoulder' | 'elbow' | 'wrist') => (
    <p className="flex h-6 items-center text-text-2" key={key}>
      <span className="w-20 capitalize">{key}</span>
      <span className="font-mono text-11">{sayPoint(arm[key])}</span>
    </p>
  )
  if (step === 'shoulders') return <Section title={`${name} shoulder`}>{point('shoulder')}</Section>
  if (step === 'arms') return <Section title={`${name} arm`}>{[point('elbow'), point('wrist')]}</Section>
  const { hand } = arm
  const set = (values: Partial<typeof hand>, gesture?: string) =>
    change({ ...arm, hand: { ...hand, ...values } }, gesture)
  const preset = (Object.keys(HAND_CURLS) as (keyof typeof HAND_CURLS)[]).find(
    (key) => HAND_CURLS[key] === hand.curl,
  )
  return (
    <Section
      title={`${name} hand`}
      end={<Toggle on={hand.seen} label={`${name} hand is seen`} onChange={(seen) => set({ seen })} />}
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
            onChange={(degrees, g) => set({ degrees }, g)}
          />
          <SliderRow
            label="Palm"
            unit="px"
            value={Math.round(hand.palm)}
            min={4}
            max={400}
            step={1}
            onChange={(palm, g) => set({ palm }, g)}
          />
          <SliderRow
            label="Curl"
            value={hand.curl}
            min={0}
            max={1}
            step={0.01}
            onChange={(curl, g) => set({ curl }, g)}
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

const sayPoint = ({ x, y }: Point) => `x ${Math.round(x)} y ${Math.round(y)}`
