'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from './_lib/trpc'

export default function LibraryPage() {
  const trpc = useTRPC()
  const catalog = useQuery(trpc.catalog.get.queryOptions())
  return <main className="p-6 text-20 text-text-1">{catalog.data?.nodes.length ?? '…'} nodes</main>
}
