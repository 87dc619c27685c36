'use client'
import { PersonStanding } from 'lucide-react'
import { type PointerEvent, useCallback, useMemo, useRef, useState } from 'react'
import type { ImageValue } from '../../../nodes/core/values'
import { personBox, resizedFit, startingFit } from '../../../nodes/lib/pose/first-pose-fit'
import type { FirstPoseFit } from '../../../nodes/lib/pose/first-pose-schema'
import { Button } from '../../_ui/button'
import { useEditorKeys } from '../full-screen/editor-keys'
import { type DocumentActions, FullScreenFrame } from '../full-screen/frame'
import { ZoomHud } from '../full-screen/hud'
import { type Place, useStageView } from '../full-screen/stage-view'
import { useDraft } from '../full-screen/use-draft'
import { FitCheck } from './fit-check'
import { FitHandles } from './fit-handles'
import { type FitGrip, moveFit } from './fit-moves'
import { FitPanel } from './fit-panel'
import { FitPicture } from './fit-picture'
import { FitStepList } from './fit-step-list'
import type { FitStep } from './fit-steps'

export interface FitWorkspaceProps {
  title: string
  saved: string
  portrait: ImageValue
  /** The fit that the document has; none before the first change. */
  fit: FirstPoseFit | undefined
  onFit(fit: FirstPoseFit | undefined, gesture?: string): void
  actions: DocumentActions
  onClose(): void
}

/** Says which pose a portrait shows, step by step. Every change is in the document at once, as everywhere. */
export function FitWorkspace({ title, saved, portrait, fit, onFit, actions, onClose }: FitWorkspaceProps) {
  const start = useMemo(() => startOf(portrait), [portrait])
  const kept = useMemo(() => (fit ? sizedFor(portrait, fit) : start), [fit, portrait, start])
  const draft = useDraft<FirstPoseFit>(kept, onFit)
  const [step, setStep] = useState<FitStep>('head')
  const stage = useStageView(portrait)
  const drag = useFitDrag(draft, stage)
  useEditorKeys({
    escape: () => {
      if (!drag.cancel()) onClose()
    },
    'ctrl+z': actions.undo,
    'ctrl+shift+z': actions.redo,
    'ctrl+y': actions.redo,
    f: stage.fit,
  })
  const use = () => {
    if (!fit) onFit(draft.value)
    onClose()
  }
  return (
    <FullScreenFrame
      icon={PersonStanding}
      editor="First pose"
      title={title}
      saved={fit ? saved : 'Not used yet'}
      actions={actions}
      onDone={onClose}
      done={
        <Button kind="primary" onClick={use}>
          {fit ? 'Done' : 'Use this pose'}
        </Button>
      }
      onDiscard={fit ? () => onFit(undefined) : undefined}
      discardLabel="Start again"
      left={<FitStepList step={step} onStep={setStep} />}
      right={<FitPanel step={step} fit={draft.value} change={draft.change} />}
    >
      <div
        ref={stage.box}
        data-fit-stage
        className="absolute inset-0 touch-none overflow-hidden"
        onPointerDown={(event) => void stage.panWith(event)}
        onPointerMove={drag.move}
        onPointerUp={drag.end}
        onPointerCancel={() => void drag.cancel()}
      >
        {step === 'check' ? (
          <FitCheck portrait={portrait} fit={draft.value} stage={stage} />
        ) : (
          <>
            <FitPicture portrait={portrait} fit={draft.value} stage={stage} />
            <FitHandles step={step} fit={draft.value} stage={stage} onGrab={drag.grab} />
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

/** A fit that was made when the portrait had another size still lies where it lay. */
const sizedFor = ({ width, height }: ImageValue, fit: FirstPoseFit) =>
  fit.width === width && fit.height === height ? fit : resizedFit(fit, width, height)

type FitDraft = ReturnType<typeof useDraft<FirstPoseFit>>

/** One drag of a handle is one step of undo; Esc lets go and leaves things as they were. */
function useFitDrag(draft: FitDraft, stage: ReturnType<typeof useStageView>) {
  const held = useRef<{ grip: FitGrip; from: Place; fit: FirstPoseFit } | null>(null)
  const letGo = useCallback(() => {
    const was = held.current !== null
    held.current = null
    return was
  }, [])
  return {
    grab(grip: FitGrip, event: PointerEvent) {
      if (event.button !== 0) return
      event.stopPropagation()
      held.current = { grip, from: stage.toPicture(event), fit: draft.value }
      stage.box.current?.setPointerCapture(event.pointerId)
    },
    move(event: PointerEvent) {
      if (!held.current) return
      const { fit, grip, from } = held.current
      draft.hold(moveFit(fit, grip, from, stage.toPicture(event), event.shiftKey))
    },
    end: () => void (letGo() && draft.release()),
    /** True when something was held. */
    cancel(): boolean {
      const was = letGo()
      if (was) draft.cancel()
      return was
    },
  }
}
