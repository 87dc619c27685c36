import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './globals.css'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from './_lib/providers'
import { SET_THEME } from './_ui/set-theme'

export const metadata: Metadata = {
  title: { default: 'MMGT Studio', template: '%s · MMGT Studio' },
  description: 'One portrait and one speech track become a video of that person talking and gesturing.',
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Asking for headers also makes every page per request: a page from a build could not carry the nonce of its answer.
  const nonce = /'nonce-([^']+)'/.exec((await headers()).get('content-security-policy') ?? '')?.[1]
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, nothing of a user's */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: SET_THEME }} />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
