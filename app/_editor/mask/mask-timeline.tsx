'use client'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { chunkCount } from '../../../nodes/core/values'
import { isShape, type MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import { regionCss } from '../../_lib/values/region-colours'
import { classNames } from '../../_ui/class-names'
import { useDockView } from '../dock/dock-view'
import { TimeArea } from '../dock/time-area'
import { TrackCanvas, type TrackPaint } from '../dock/track-canvas'
import { TransportBar } from '../dock/transport-bar'
import { Swatch } from '../full-screen/section'
import { fillBelow } from '../stages/motion-curves'
import { regionTitle } from './mask-edits'
import type { EditedMask, MaskPreview } from './mask-preview'

/** After this long without a change the areas are measured again, in milliseconds. */
const REST_MS = 400

/** Transport, and how much of the picture each region covers over time. */
export function MaskTimeline({
  mask,
  preview,
  layers,
  regions,
  region,
  selected,
  onRegion,
  actions,
}: {
  mask: EditedMask
  preview: MaskPreview | undefined
  layers: readonly MaskLayer[]
  regions: readonly string[]
  region: string
  selected: MaskLayer | undefined
  onRegion(region: string): void
  actions: ReactNode
}) {
  const open = useDockView((dock) => dock.open)
  const areas = useAreas(mask, preview, layers, regions)
  return (
    <section
      aria-label="Timeline"
      className="flex flex-col border-line-1 border-t bg-panel"
      style={{ height: open ? 'min(248px, 32dvh)' : 36 }}
    >
      <TransportBar>{actions}</TransportBar>
      {open && (
        <TimeArea onsets={[]}>
          {regions.map((one) => (
            <div key={one} className="flex border-line-1 border-t" style={{ height: 40 }}>
              <button
                type="button"
                className={classNames(
                  'flex w-(--track-label-w) flex-none cursor-default items-center gap-2 overflow-hidden border-line-1 border-r pr-2 pl-3 text-left text-11',
                  one === region ? 'bg-active font-strong' : 'text-text-2',
                )}
                onClick={() => onRegion(one)}
              >
                <Swatch colour={regionCss(one, regions)} />
                <span className="truncate">{regionTitle(one)}</span>
                <span className="ml-auto text-10 text-text-3">area</span>
              </button>
              <div className="min-w-0 flex-1 bg-field">
                <AreaTrack
                  levels={areas[one]}
                  css={regionCss(one, regions)}
                  label={`Area of ${regionTitle(one)}`}
                  layers={layers.filter((layer) => layer.region === one)}
                  selected={selected}
                />
              </div>
            </div>
          ))}
        </TimeArea>
      )}
    </section>
  )
}

function AreaTrack({
  levels,
  css,
  label,
  layers,
  selected,
}: {
  levels: readonly number[] | undefined
  css: string
  label: string
  layers: readonly MaskLayer[]
  selected: MaskLayer | undefined
}) {
  const paint = useCallback(
    ({ context: g, width, height, ratio, x, colour }: TrackPaint) => {
      for (const layer of layers) {
        if (!layer.enabled || layer.from === null || layer.to === null) continue
        g.fillStyle = colour(layer === selected ? '--accent' : '--line-3')
        g.globalAlpha = layer === selected ? 0.3 : 0.16
        g.fillRect(x(layer.from), 0, Math.max(ratio, x(layer.to + 1) - x(layer.from)), height)
      }
      g.globalAlpha = 1
      if (levels) {
        const most = Math.max(0.01, ...levels)
        g.fillStyle = css
        g.globalAlpha = 0.55
        fillBelow(
          g,
          levels.map((level) => (level / most) * 0.86),
          (frame) => x(frame + 0.5),
          { bottom: height, height },
        )
        g.globalAlpha = 1
      }
      if (!selected || !layers.includes(selected) || !isShape(selected)) return
      g.fillStyle = colour('--text-1')
      for (const key of selected.keys) {
        const at = x(key.frame + 0.5)
        if (at < 0 || at > width) continue
        g.save()
        g.translate(at, height / 2)
        g.rotate(Math.PI / 4)
        g.fillRect(-4 * ratio, -4 * ratio, 8 * ratio, 8 * ratio)
        g.restore()
      }
    },
    [levels, css, layers, selected],
  )
  return <TrackCanvas paint={paint} height={39} label={label} />
}

/** Areas of all regions over the whole clip, measured chunk by chunk once the edits have come to rest. */
function useAreas(
  mask: EditedMask,
  preview: MaskPreview | undefined,
  layers: readonly MaskLayer[],
  regions: readonly string[],
) {
  const [areas, setAreas] = useState<Readonly<Record<string, number[]>>>({})
  useEffect(() => {
    if (!preview) return
    let stopped = false
    const measure = async () => {
      for (const region of regions) {
        const levels: number[] = []
        for (let index = 0; index < chunkCount(mask.frames); index++) {
          const chunk = await preview.coverage(region, index)
          if (stopped) return
          levels.push(...chunk)
        }
        setAreas((now) => ({ ...now, [region]: levels }))
      }
    }
    const timer = setTimeout(() => void measure().catch(() => {}), layers.length === 0 ? 0 : REST_MS) // a plane that cannot be read is said on the stage
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }, [mask, preview, layers, regions])
  return areas
}
