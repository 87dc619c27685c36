import type { PoseValue } from '../../../nodes/core/values'
import { maskReader } from '../../_lib/values/frame-reader'
import { loadPose, loadSound } from '../../_lib/values/load-values'
import { regionCss } from '../../_lib/values/region-colours'
import type { StoredRef } from '../../_lib/values/stored-value'
import { fillBelow, type MotionCurves, motionCurves, strokeCurve } from './motion-curves'
import { type Picture, type PictureContext, whenLoaded } from './picture'
import { STAGE } from './stage-colours'
import { loudest, waveformPeaks } from './waveform'

const still = (ready: () => boolean, paint: Picture['paint']): Picture => ({ ready, paint })

/** Heights of both wrists. */
export function poseStrip(ref: StoredRef, context: PictureContext): Picture {
  let curves: MotionCurves | undefined
  const work = loadPose(ref, context).then((pose: PoseValue) => motionCurves(pose))
  whenLoaded(work, context, (loaded) => {
    curves = loaded
  })
  return still(
    () => curves !== undefined,
    ({ context: g, width, height, ratio }) => {
      if (!curves) return
      const xOf = (f: number) => ((f + 0.5) / curves!.rightHand.length) * width
      const box = { top: 2 * ratio, height: height - 4 * ratio }
      g.lineWidth = ratio
      g.strokeStyle = STAGE.pose
      strokeCurve(g, curves.leftHand, xOf, box)
      g.strokeStyle = STAGE.poseSoft
      strokeCurve(g, curves.rightHand, xOf, box)
    },
  )
}

/** How much of the picture each region covers, relative to its most; the largest region lies at the back. */
export function maskStrip(ref: StoredRef, context: PictureContext): Picture {
  const reader = maskReader(ref, context)
  let areas: { region: string; levels: number[] }[] | undefined
  whenLoaded(
    regionLevels(reader.regions, (region) => reader.coverage(region, context)),
    context,
    (loaded) => {
      areas = loaded
    },
  )
  return still(
    () => areas !== undefined,
    ({ context: g, width, height }) => {
      for (const { region, levels } of areas ?? []) {
        g.fillStyle = regionCss(region, reader.regions)
        g.globalAlpha = 0.75
        fillBelow(g, levels, (f) => (f / Math.max(1, levels.length - 1)) * width, { bottom: height, height })
      }
      g.globalAlpha = 1
    },
  )
}

/**
 * Levels 0…1 per region and frame, largest region first. Movement shows in the difference from the region's mean, so
 * each is drawn about a level of its own: areas change by a few percent.
 */
export async function regionLevels(
  regions: readonly string[],
  coverageOf: (region: string) => Promise<number[]>,
): Promise<{ region: string; levels: number[] }[]> {
  const all = await Promise.all(
    regions.map(async (region) => ({ region, coverage: await coverageOf(region) })),
  )
  const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length)
  return all
    .sort((a, b) => mean(b.coverage) - mean(a.coverage))
    .map(({ region, coverage }, rank) => {
      const middle = mean(coverage)
      const base = 0.62 - (0.4 * rank) / Math.max(1, all.length - 1)
      const levels = coverage.map((value) => {
        const relative = middle > 0 ? value / middle - 1 : 0
        return Math.max(0.04, Math.min(1, base + relative * 0.8))
      })
      return { region, levels }
    })
}

/** The sound of a clip, quiet. */
export function soundStrip(ref: StoredRef, context: PictureContext): Picture {
  let peaks: ((columns: number) => Float32Array) | undefined
  whenLoaded(loadSound(ref, context), context, (audio) => {
    if (!audio) return
    peaks = (columns) => waveformPeaks(audio, columns, 0, audio.channels[0].length / audio.sampleRate)
  })
  return still(
    () => peaks !== undefined,
    ({ context: g, width, height, ratio }) => {
      if (!peaks) return
      const columns = Math.floor(width / (2 * ratio))
      const levels = peaks(columns)
      const most = loudest(levels)
      g.fillStyle = STAGE.quiet
      for (let c = 0; c < columns; c++) {
        const h = Math.max(ratio, (levels[c] / most) * (height - 4 * ratio))
        g.fillRect(c * 2 * ratio, (height - h) / 2, ratio, h)
      }
    },
  )
}
