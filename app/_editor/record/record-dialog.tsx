'use client'
import { Mic, RotateCcw, Square } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type ErrorJson, toErrorJson } from '../../../nodes/core/errors'
import type { AudioValue } from '../../../nodes/core/values'
import { Button } from '../../_ui/button'
import { Dialog } from '../../_ui/dialog'
import { EmptyState } from '../../_ui/empty-state'
import { timecode } from '../dock/timecode'
import { encodeWav } from './encode-wav'
import { LevelMeter } from './level-meter'
import { type Microphone, openMicrophone } from './microphone'
import { TakeReview } from './take-review'

type Step =
  | { at: 'asking' }
  | { at: 'refused'; error: ErrorJson }
  | { at: 'ready' }
  | { at: 'counting'; left: number }
  | { at: 'recording'; since: number }
  | { at: 'review'; take: AudioValue }

interface RecordDialogProps {
  open: boolean
  onOpenChange(open: boolean): void
  /** What becomes of the take: it is uploaded and given to a node. */
  onUse(file: File): Promise<unknown>
}

/** Records speech: a level to check, a count, stop, listen, again or use. */
export function RecordDialog({ open, onOpenChange, onUse }: RecordDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Record speech"
      description="A quiet room and a hand's width from the microphone are enough."
    >
      {open && <Recorder onUse={onUse} onDone={() => onOpenChange(false)} />}
    </Dialog>
  )
}

function Recorder({ onUse, onDone }: { onUse(file: File): Promise<unknown>; onDone(): void }) {
  const { step, setStep, microphone, ask, stop } = useRecorder()
  const [busy, setBusy] = useState(false)
  if (step.at === 'refused') {
    return (
      <EmptyState
        icon={Mic}
        tone="warn"
        title={step.error.message}
        actions={<Button onClick={ask}>Try again</Button>}
      >
        {step.error.hint}
      </EmptyState>
    )
  }
  if (step.at === 'review') {
    const use = async () => {
      setBusy(true)
      try {
        await onUse(takeFile(step.take))
        onDone()
      } catch (error) {
        setStep({ at: 'refused', error: toErrorJson(error) })
      } finally {
        setBusy(false)
      }
    }
    return (
      <div className="grid gap-4 pb-4">
        <TakeReview take={step.take} />
        <div className="flex justify-end gap-2">
          <Button icon={RotateCcw} onClick={() => setStep({ at: 'ready' })}>
            Retake
          </Button>
          <Button kind="primary" busy={busy} onClick={use}>
            Use this take
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div className="grid justify-items-center gap-4 pt-2 pb-5">
      <div className="grid h-14 place-items-center font-mono text-28 tabular-nums" aria-live="polite">
        {step.at === 'counting' ? (
          step.left
        ) : (
          <RecordedTime since={step.at === 'recording' ? step.since : undefined} />
        )}
      </div>
      <LevelMeter microphone={microphone} />
      {step.at === 'recording' ? (
        <Button kind="primary" size="large" icon={Square} onClick={stop}>
          Stop
        </Button>
      ) : (
        <Button
          kind="primary"
          size="large"
          icon={Mic}
          busy={step.at === 'asking' || step.at === 'counting'}
          onClick={() => setStep({ at: 'counting', left: 3 })}
        >
          Record
        </Button>
      )}
    </div>
  )
}

function useRecorder() {
  const [step, setStep] = useState<Step>({ at: 'asking' })
  const [microphone, setMicrophone] = useState<Microphone>()
  const opened = useRef<Microphone>(undefined)
  const [attempt, setAttempt] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    let left = false
    openMicrophone().then(
      (device) => {
        if (left) return device.close()
        opened.current = device
        setMicrophone(device)
        setStep({ at: 'ready' })
      },
      (error) => !left && setStep({ at: 'refused', error: toErrorJson(error) }),
    )
    return () => {
      left = true
      opened.current?.close()
    }
  }, [attempt])

  const ask = useCallback(() => {
    setStep({ at: 'asking' })
    setAttempt((count) => count + 1)
  }, [])

  useEffect(() => {
    if (step.at !== 'counting') return
    const timer = setTimeout(() => {
      if (step.left > 1) return setStep({ at: 'counting', left: step.left - 1 })
      opened.current?.start()
      setStep({ at: 'recording', since: performance.now() })
    }, 700)
    return () => clearTimeout(timer)
  }, [step])

  const stop = useCallback(() => {
    opened.current?.stop().then(
      (take) => setStep({ at: 'review', take }),
      (error) => setStep({ at: 'refused', error: toErrorJson(error) }),
    )
  }, [])
  return { step, setStep, microphone, ask, stop }
}

function RecordedTime({ since }: { since: number | undefined }) {
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (since === undefined) return
    const timer = setInterval(() => setNow(performance.now()), 50)
    return () => clearInterval(timer)
  }, [since])
  return <span aria-hidden>{timecode(since === undefined ? 0 : Math.max(0, now - since) / 1_000)}</span>
}

function takeFile({ channels, sampleRate }: AudioValue): File {
  const now = new Date()
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  const name = `recording ${day} ${two(now.getHours())}.${two(now.getMinutes())}.wav`
  return new File([encodeWav(channels, sampleRate)], name, { type: 'audio/wav' })
}
