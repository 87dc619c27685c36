import type { Metadata } from 'next'

/** What a chat or a feed shows of a link. The address of a result is worth as much as its token: no search engines. */
export async function sharedMetadata(token: string, origin: string): Promise<Metadata> {
  const robots = { index: false, follow: false }
  const name = /^[\w-]{16,64}$/.test(token) ? await sharedName(token) : undefined
  if (name === undefined) return { title: 'This link does not work', robots }
  const description = 'Watch the result, look at how it was made, and fork it.'
  const images = [{ url: `/api/shares/${token}/poster.jpg`, alt: `Result of ${name}` }]
  return {
    metadataBase: new URL(origin),
    title: name,
    description,
    robots,
    openGraph: { title: name, description, images, type: 'video.other', siteName: 'MMGT Studio' },
    twitter: { card: 'summary_large_image', title: name, description, images },
  }
}

/**
 * The studio itself is asked, at the address that it says it listens on: never at one that comes with the request.
 */
async function sharedName(token: string): Promise<string | undefined> {
  const studio = process.env.MMGT_STUDIO_URL
  if (!studio) return undefined
  const input = encodeURIComponent(JSON.stringify({ token }))
  const response = await fetch(`${studio}/api/trpc/share.view?input=${input}`, { cache: 'no-store' })
  if (!response.ok) return undefined
  const answer = (await response.json()) as { result?: { data?: { name?: string } } }
  return answer.result?.data?.name
}
