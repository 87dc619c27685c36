'use client'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ImageValue } from '../../../nodes/core/values'
import { firstPoseOf, testMotion } from '../../../nodes/lib/pose/first-pose-fit'
import type { FirstPoseFit } from '../../../nodes/lib/pose/first-pose-schema'
import { ProgressRing } from '../../_ui/progress-ring'
import { Hud } from '../full-screen/hud'
import type { StageView } from '../full-screen/stage-view'
import { useStageCanvas } from './fit-picture'
import { WarpPreview, type WarpState } from './warp-preview'

/** Long side of the moving portrait, px. */
const CHECK_SIZE = 512
const FPS = 25

/** The portrait moving by a test motion, to see whether the fit holds. */
export function FitCheck({
  portrait,
  fit,
  stage,
}: {
  portrait: ImageValue
  fit: FirstPoseFit
  stage: StageView
}) {
  const { warp, state } = useTestMotion(portrait, fit)
  const { canvas, draw } = useStageCanvas(
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
      <Hud className="top-4 left-1/2 max-w-[90%] -translate-x-1/2 items-center gap-1.5 px-2.5! text-11">
        {state.state === 'setting-up' && (
          <span role="status" className="flex items-center gap-1.5">
            <ProgressRing fraction={state.fraction} size={13} /> {state.text} ·{' '}
            {Math.round(state.fraction * 100)} %
          </span>
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

function useTestMotion(portrait: ImageValue, fit: FirstPoseFit) {
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
  return { warp, state }
}
