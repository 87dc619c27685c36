'use client'
import { Eye, EyeOff, Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { regionCss } from '../../_lib/values/region-colours'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import { TextField } from '../../_ui/text-field'
import { words } from '../card/say'
import { PanelTitle, Swatch } from '../full-screen/section'

/** Names a region may have, as the schema of layers has them. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/

/** The regions of the mask: which one is edited, which ones are seen. */
export function RegionList({
  regions,
  coverage,
  thumbnails,
  state,
  chosen,
  hidden,
  onChoose,
  onToggle,
}: {
  regions: readonly string[]
  coverage: Readonly<Record<string, number>>
  thumbnails: Readonly<Record<string, ImageData>>
  /** Whether a frame was seen yet: before, nothing is known of any region. */
  state: 'loading' | 'shown' | 'failed'
  chosen: string
  hidden: readonly string[]
  onChoose(region: string): void
  onToggle(region: string): void
}) {
  const [naming, setNaming] = useState(false)
  return (
    <section aria-label="Regions">
      <PanelTitle
        title="Regions"
        end={<IconButton icon={Plus} label="Add a region" size="small" onClick={() => setNaming(true)} />}
      />
      {naming && (
        <NewRegion
          taken={regions}
          onDone={(name) => {
            setNaming(false)
            if (name) onChoose(name)
          }}
        />
      )}
      <ul>
        {regions.map((region) => {
          const isHidden = hidden.includes(region)
          return (
            <li
              key={region}
              className={classNames(
                'flex h-12 items-center pr-2',
                region === chosen && 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]',
              )}
            >
              <button
                type="button"
                aria-pressed={region === chosen}
                className="flex h-full min-w-0 flex-1 cursor-default items-center gap-2.5 px-3 text-left"
                onClick={() => onChoose(region)}
              >
                <Thumbnail picture={thumbnails[region]} />
                <span className="min-w-0 flex-1">
                  <span className="flex items-center gap-1.5 font-strong">
                    <Swatch colour={regionCss(region, regions)} />
                    <span className="truncate">{words(region)}</span>
                  </span>
                  <span className="block text-11 text-text-3">
                    {state === 'shown'
                      ? sayShare(coverage[region])
                      : state === 'failed'
                        ? 'Not read'
                        : 'Loading'}
                  </span>
                </span>
              </button>
              <IconButton
                icon={isHidden ? EyeOff : Eye}
                label={isHidden ? `Show ${words(region)}` : `Hide ${words(region)}`}
                size="small"
                onClick={() => onToggle(region)}
              />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** What the region looks like in this frame, alone. */
function Thumbnail({ picture }: { picture: ImageData | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    context.canvas.width = picture?.width ?? 1
    context.canvas.height = picture?.height ?? 1
    if (picture) context.putImageData(picture, 0, 0)
  }, [picture])
  return (
    <canvas
      ref={canvas}
      aria-hidden
      className="size-9 flex-none rounded-2 bg-black object-contain outline outline-line-2 -outline-offset-1"
    />
  )
}

const sayShare = (share: number | undefined) =>
  !share ? 'Nothing in this frame' : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} % of the frame`

function NewRegion({ taken, onDone }: { taken: readonly string[]; onDone(name: string | undefined): void }) {
  const [name, setName] = useState('')
  const problem =
    name === ''
      ? undefined
      : !NAME.test(name)
        ? 'A name begins with a letter and has letters, digits, - and _, 32 at most.'
        : taken.includes(name)
          ? `There is a region ${name} already.`
          : undefined
  return (
    <form
      className="px-3 pb-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (name && !problem) onDone(name)
      }}
    >
      <TextField
        label="Name of the region"
        value={name}
        onChange={setName}
        placeholder="backdrop"
        autoFocus
        onKeyDown={(event) => event.key === 'Escape' && onDone(undefined)}
      />
      {problem && <p className="mt-1 text-11 text-err">{problem}</p>}
    </form>
  )
}
