import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { sharedMetadata } from '../../_share/shared-metadata'
import { SharedRoute } from '../../_share/shared-route'

interface Props {
  params: Promise<{ token: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { token } = await params
  const asked = await headers()
  return sharedMetadata(token, `${asked.get('x-forwarded-proto') ?? 'http'}://${asked.get('host')}`)
}

export default async function SharePage({ params }: Props) {
  const { token } = await params
  return <SharedRoute token={token} />
}
