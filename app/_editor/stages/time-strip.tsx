'use client'
import { useMemo } from 'react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { identityOf } from '../../_lib/values/stored-value'
import { useArtifacts } from './artifact-context'
import { TimeAxis } from './painted-stage'
import { StageCanvas } from './stage-canvas'
import { STRIP_HEIGHT } from './stage-kind'
import { secondsOf, stripOf } from './value-pictures'

interface TimeStripProps {
  value?: ValueRef
  width: number
  label: string
  /** 0…1 while the node works. */
  fraction?: number
}

/** The time axis under a picture: its curves, the now-line, and how far the work is. Press or drag scrubs everything. */
export function TimeStrip({ value, width, label, fraction }: TimeStripProps) {
  const source = useArtifacts()
  const key = value ? identityOf(value) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal values come in new objects with every analysis
  const pictures = useMemo(() => value && stripOf(value), [key])
  const seconds = secondsOf(value)
  return (
    <div
      className="relative overflow-hidden border-black border-t bg-stage"
      style={{ width, height: STRIP_HEIGHT }}
    >
      {fraction !== undefined ? (
        <div className="absolute inset-x-0 top-[5px] h-1 bg-now/20">
          <div
            className="h-full origin-left bg-now transition-transform duration-200"
            style={{ transform: `scaleX(${fraction})` }}
          />
        </div>
      ) : (
        pictures && (
          <StageCanvas
            pictures={pictures}
            width={width}
            height={STRIP_HEIGHT - 1}
            label={`${label}, over time`}
            source={source}
          />
        )
      )}
      {seconds > 0 && pictures && <TimeAxis seconds={seconds} width={width} label={label} />}
    </div>
  )
}
