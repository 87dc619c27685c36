'use client'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import type { NodeResult } from '../../../server/runs/node-history'
import { classNames } from '../../_ui/class-names'
import { useArtifacts } from '../stages/artifact-context'
import { shownValue } from '../stages/stage-kind'
import { ValueStage } from '../stages/value-stage'

/** A result in small; undefined where it is no picture, or where that is no longer kept. */
export function hasPicture({ poster, pictures }: NodeResult): boolean {
  return poster !== undefined || Object.keys(pictures).length > 0
}

interface ResultPictureProps {
  result: NodeResult
  definition: CatalogEntry
  width: number
  height: number
  className?: string
}

export function ResultPicture({ result, definition, width, height, className }: ResultPictureProps) {
  const source = useArtifacts()
  const { poster, pictures, number } = result
  const value = shownValue(definition, pictures) ?? Object.values(pictures)[0]
  return (
    <span
      className={classNames('block flex-none overflow-hidden rounded-2 bg-stage', className)}
      style={{ width, height }}
    >
      {poster ? (
        // biome-ignore lint/performance/noImgElement: a stored picture of ours, nothing to optimise
        <img
          src={source.url(poster, { mime: 'image/jpeg' })}
          alt=""
          className="size-full object-cover"
          loading="lazy"
        />
      ) : (
        value && <ValueStage value={value} width={width} height={height} label={`Run ${number}`} />
      )}
    </span>
  )
}
