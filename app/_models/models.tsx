'use client'
import { RotateCcw } from 'lucide-react'
import { sayBytes } from '../_editor/stages/say-bytes'
import { studioError } from '../_lib/trpc'
import { OtherPage } from '../_library/library-frame'
import { Button } from '../_ui/button'
import { EmptyState } from '../_ui/empty-state'
import { Skeleton } from '../_ui/skeleton'
import { PackCard } from './pack-card'
import { BrokenPack, SmallPack } from './small-pack'
import { Terminal } from './terminal'
import { Unlocks } from './unlocks'
import { type ReadablePack, usePacks } from './use-packs'

/** Model packs: what is here, what it is for, and the download of what is missing. */
export function Models() {
  const packs = usePacks()
  const entries = packs.data ?? []
  const readable = entries.filter((entry): entry is ReadablePack => !('problem' in entry))
  const [official, ...others] = readable
  return (
    <OtherPage place="models">
      <header className="flex h-[60px] flex-none items-baseline gap-3 px-8 pt-5 max-xl:px-5 max-sm:px-4">
        <h1 className="font-title text-20">Models</h1>
        {packs.data && <p className="text-text-3">{sayTotal(readable)}</p>}
      </header>
      <main className="min-h-0 flex-1 overflow-y-auto px-8 pb-10 max-xl:px-5 max-sm:px-4">
        {packs.isError ? (
          <EmptyState
            tone="err"
            title={studioError(packs.error).message}
            actions={
              <Button icon={RotateCcw} busy={packs.isFetching} onClick={() => packs.refetch()}>
                Try again
              </Button>
            }
          >
            {studioError(packs.error).hint}
          </EmptyState>
        ) : !official ? (
          <Skeleton className="h-[480px]" />
        ) : (
          <div className="grid max-w-[1180px] grid-cols-[minmax(0,1fr)_340px] items-start gap-4 max-xl:grid-cols-1">
            <div className="grid min-w-0 gap-4">
              <PackCard pack={official} />
              <div className="grid grid-cols-2 gap-4 max-lg:grid-cols-1">
                {others.map((pack) => (
                  <SmallPack key={pack.name} pack={pack} />
                ))}
                {entries.map(
                  (entry) =>
                    'problem' in entry && (
                      <BrokenPack key={entry.name} name={entry.name} problem={entry.problem} />
                    ),
                )}
              </div>
            </div>
            <div className="grid gap-4 max-xl:grid-cols-2 max-lg:grid-cols-1">
              <Unlocks pack={official} />
              <Terminal pack={official.name} />
            </div>
          </div>
        )}
      </main>
    </OtherPage>
  )
}

function sayTotal(packs: ReadablePack[]): string {
  const here = packs.reduce((sum, { bytes }) => sum + bytes, 0)
  const all = packs.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
  const isExact = packs.every(
    ({ unknownSizes, files }) => unknownSizes === 0 && files.every((file) => !file.isEstimate),
  )
  return `${packs.length === 1 ? '1 pack' : `${packs.length} packs`}, ${sayBytes(here)} of ${isExact ? '' : '~'}${sayBytes(all)} on this machine`
}
