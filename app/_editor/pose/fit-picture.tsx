'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ImageValue } from '../../../nodes/core/values'
import { firstPoseOf } from '../../../nodes/lib/pose/first-pose-fit'
import type { FirstPoseFit } from '../../../nodes/lib/pose/first-pose-schema'
import { pictureOf } from '../full-screen/picture-of'
import type { StageView } from '../full-screen/stage-view'
import { paintSkeleton, type SkeletonParts, skeletonParts } from '../stages/skeleton-picture'

type Paint = (g: CanvasRenderingContext2D, ratio: number) => void

/** A canvas over the stage whose origin is the corner of the picture; painted again when either changes. */
export function useStageCanvas(stage: StageView, paint: Paint) {
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

/** The skeleton of a fit over the portrait. */
export function FitPicture({
  portrait,
  fit,
  stage,
}: {
  portrait: ImageValue
  fit: FirstPoseFit
  stage: StageView
}) {
  const [parts, setParts] = useState<SkeletonParts>()
  const [picture, setPicture] = useState<ImageBitmap>()
  useEffect(() => void skeletonParts().then(setParts), [])
  useEffect(() => void pictureOf(portrait).then(setPicture), [portrait])
  const { canvas } = useStageCanvas(
    stage,
    useCallback<Paint>(
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
