'use client'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useTRPC } from '../_lib/trpc'
import { OtherPage } from '../_library/library-frame'
import { About } from './about'
import { Appearance } from './appearance'
import { Limits } from './limits'
import { Storage } from './storage'

/** The keys that were chosen are known to the browser only. */
const Shortcuts = dynamic(() => import('./shortcuts').then((part) => part.Shortcuts), { ssr: false })

export function Settings() {
  const trpc = useTRPC()
  const info = useQuery(trpc.system.info.queryOptions())
  return (
    <OtherPage place="settings">
      <main className="min-h-0 flex-1 overflow-y-auto px-8 pt-6 max-xl:px-5 max-sm:px-4">
        <div className="mx-auto max-w-[760px] pb-12">
          <h1 className="font-title text-20">Settings</h1>
          <Appearance />
          <Limits />
          <Storage />
          <Shortcuts />
          <About version={info.data?.version} dataFolder={info.data?.dataFolder} />
        </div>
      </main>
    </OtherPage>
  )
}
