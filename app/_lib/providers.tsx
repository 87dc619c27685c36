'use client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Toaster } from '../_ui/toast'
import { TooltipProvider } from '../_ui/tooltip'
import { makeTrpcClient, TRPCProvider } from './trpc'

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(
    () =>
      new QueryClient({ defaultOptions: { queries: { staleTime: 10_000, refetchOnWindowFocus: false } } }),
  )
  const [trpc] = useState(makeTrpcClient)
  return (
    <QueryClientProvider client={queries}>
      <TRPCProvider trpcClient={trpc} queryClient={queries}>
        <TooltipProvider>
          {children}
          <Toaster />
        </TooltipProvider>
      </TRPCProvider>
    </QueryClientProvider>
  )
}
