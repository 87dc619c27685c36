'use client'
import { useEffect, useMemo } from 'react'
import { loadSound } from '../../_lib/values/load-values'
import { identityOf } from '../../_lib/values/stored-value'
import { useArtifacts } from '../stages/artifact-context'
import { useStageSource } from '../stages/stage-source'
import { type Found, type TrackType, trackValues } from '../stages/trace-values'
import { secondsOf } from '../stages/value-pictures'
import { transport } from '../state/transport'
import { useLoaded } from './use-loaded'

/** Frame rate of a clip that has sound only. */
const SOUND_FPS = 25

const rateOf = (found: Found | undefined) =>
  found && 'meta' in found.ref && typeof found.ref.meta.fps === 'number' ? found.ref.meta.fps : undefined

/**
 * What the timeline shows, and, with it, what the transport plays: as long as the longest of it, at the rate of the
 * video or else the motion, with the speech, or the sound of the video where there is none.
 */
export function useClip(): Partial<Record<TrackType, Found>> {
  const stages = useStageSource()
  const source = useArtifacts()
  const wiring = stages.useWiring()
  const values = stages.useValues()
  const selected = stages.useSelected()
  const tracks = useMemo(() => trackValues(wiring, values, selected), [wiring, values, selected])
  const fps = rateOf(tracks.video) ?? rateOf(tracks.pose) ?? rateOf(tracks.mask) ?? SOUND_FPS
  const seconds = Math.max(0, ...Object.values(tracks).map(({ ref }) => secondsOf(ref)))
  const frames = Math.ceil(seconds * fps - 1e-6)
  const heard = tracks.audio ?? tracks.video
  const sound = useLoaded(
    heard ? identityOf(heard.ref) : '',
    heard && ((signal) => loadSound(heard.ref, { source, signal })),
  )
  useEffect(() => {
    transport.setClip({ frames, fps }, sound.value)
  }, [frames, fps, sound.value])
  return tracks
}
