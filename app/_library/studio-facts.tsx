'use client'
import { useQuery } from '@tanstack/react-query'
import { Cpu, HardDrive } from 'lucide-react'
import Link from 'next/link'
import { sayBytes } from '../_editor/stages/say-bytes'
import { useTRPC } from '../_lib/trpc'
import { ProgressBar } from '../_ui/progress-bar'

/** What the studio runs on and how much room it takes, at the foot of the side bar. */
export function StudioFacts() {
  const trpc = useTRPC()
  const info = useQuery(trpc.system.info.queryOptions())
  const storage = useQuery(trpc.system.storage.queryOptions())
  const used = storage.data?.usedBytes
  const free = storage.data?.freeBytes
  return (
    <div className="mt-auto grid gap-2 border-t border-line-1 px-2.5 pt-3 text-11 text-text-2 max-xl:hidden">
      {info.data && (
        <p className="flex items-center gap-2">
          <Cpu size={14} strokeWidth={1.75} className="text-text-3" aria-hidden />
          {info.data.cores} cores
        </p>
      )}
      {used !== undefined && free !== undefined && (
        <>
          <p className="flex items-center gap-2">
            <HardDrive size={14} strokeWidth={1.75} className="text-text-3" aria-hidden />
            <Link href="/settings#storage" className="rounded-1 hover:text-text-1">
              Storage
            </Link>
            <span className="ml-auto">
              {sayBytes(used)} of {sayBytes(used + free)}
            </span>
          </p>
          <ProgressBar quiet fraction={used / Math.max(1, used + free)} label="Storage used" />
        </>
      )}
    </div>
  )
}
