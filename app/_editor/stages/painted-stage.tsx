'use client'
import { useMemo, useState } from 'react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { identityOf } from '../../_lib/values/stored-value'
import { useArtifacts } from './artifact-context'
import { NowLine } from './now-line'
import { StageCanvas } from './stage-canvas'
import { secondsAcross, useScrub } from './use-scrub'
import { picturesOf, secondsOf } from './value-pictures'

interface PaintedStageProps {
  value: ValueRef
  /** The portrait below a pose or mask. */
  under?: ValueRef
  width: number
  height: number
  label: string
}

/** A value on a canvas, with the portrait below it. */
export function PaintedStage({ value, under, width, height, label }: PaintedStageProps) {
  const source = useArtifacts()
  const [failure, setFailure] = useState<{ of: string; message: string }>()
  const key = identityOf(value)
  const underKey = under ? identityOf(under) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal values come in new objects with every analysis
  const pictures = useMemo(() => picturesOf(value, under), [key, underKey])
  const shows = `${key} ${underKey}`
  const isAxis = value.type === 'audio' || value.type === 'speech'
  if (failure?.of === shows) {
    return <FailureNote message={failure.message} onRetry={() => setFailure(undefined)} />
  }
  return (
    <>
      <StageCanvas
        pictures={pictures}
        width={width}
        height={height}
        label={label}
        source={source}
        onFailure={(error) =>
          setFailure({ of: shows, message: error instanceof Error ? error.message : String(error) })
        }
      />
      {isAxis && <TimeAxis seconds={secondsOf(value)} width={width} label={label} />}
    </>
  )
}

/** A time axis over what is below it: press or drag to scrub. */
export function TimeAxis({ seconds, width, label }: { seconds: number; width: number; label: string }) {
  const scrub = useScrub(secondsAcross(seconds))
  if (seconds <= 0) return null
  return (
    <div
      className="nodrag nopan absolute inset-0 cursor-ew-resize touch-none"
      data-time-axis={label}
      {...scrub}
    >
      <NowLine seconds={seconds} width={width} />
    </div>
  )
}

function FailureNote({ message, onRetry }: { message: string; onRetry(): void }) {
  return (
    <div className="grid size-full place-content-center justify-items-center gap-2 px-4 text-center text-11 text-white/70">
      {message}
      <button
        type="button"
        onClick={onRetry}
        className="nodrag h-6 rounded-2 bg-white/12 px-2 font-strong text-white hover:bg-white/20"
      >
        Try again
      </button>
    </div>
  )
}
