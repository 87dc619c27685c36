'use client'
import { useQuery } from '@tanstack/react-query'
import { AudioLines, AudioWaveform, Clapperboard, type LucideIcon, Mic, ScanFace } from 'lucide-react'
import { useTRPC } from '../_lib/trpc'
import { StatusSign } from '../_ui/status-sign'
import type { ReadablePack } from './use-packs'

/** What the parts of a pack are for, by the node that uses them. */
const USES: { node: string; title: string; text: string; icon: LucideIcon }[] = [
  {
    node: 'audio/encoder',
    title: 'Audio encoder',
    text: 'WavLM for SMGA, wav2vec 2.0 for lips',
    icon: AudioLines,
  },
  { node: 'pose/smga', title: 'SMGA', text: 'Gestures from speech', icon: AudioWaveform },
  {
    node: 'diffusion/mm-haa',
    title: 'Diffusion (MM-HAA)',
    text: 'Video with separate face and lips',
    icon: Clapperboard,
  },
  { node: 'pose/detect', title: 'Pose detection', text: 'Body, face and hands in a picture', icon: ScanFace },
  {
    node: 'audio/separate-vocals',
    title: 'Vocal separation',
    text: 'Speech out of music and noise',
    icon: Mic,
  },
]

export function Unlocks({ pack }: { pack: ReadablePack }) {
  const trpc = useTRPC()
  const catalog = useQuery({ ...trpc.catalog.get.queryOptions(), staleTime: Number.POSITIVE_INFINITY })
  const known = new Set(catalog.data?.nodes.map(({ id }) => id))
  return (
    <section
      aria-labelledby="unlocks"
      className="rounded-3 bg-card p-5 outline outline-line-2 -outline-offset-1"
    >
      <h2 id="unlocks" className="font-title text-13">
        What {pack.name} is for
      </h2>
      <ul className="mt-3 grid gap-3">
        {USES.map(({ node, title, text, icon: Icon }) => {
          const roles = pack.roles.filter(({ usedBy }) => usedBy.includes(node))
          const isReady = roles.length > 0 && roles.every(({ state }) => state === 'installed')
          return (
            <li key={node} className="flex items-center gap-3">
              <Icon size={16} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
              <div className="min-w-0 flex-1">
                <p className="font-strong">{title}</p>
                <p className="text-11 text-text-3">
                  {text}
                  {catalog.data && !known.has(node) && '; its node is not in this version'}
                </p>
              </div>
              {isReady ? (
                <StatusSign status="done" text="weights here" />
              ) : (
                <span className="text-11 text-text-3 tabular-nums">
                  {roles.filter(({ state }) => state === 'installed').length} of {roles.length}
                </span>
              )}
            </li>
          )
        })}
      </ul>
      <p className="mt-4 rounded-2 bg-hover px-3 py-2 text-text-2">
        Warp and Procedural work without any pack.
      </p>
    </section>
  )
}
