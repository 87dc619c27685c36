/** Where stored bytes are read from: the studio itself, or what one share link covers. */
export interface ArtifactSource {
  /** `br`: the stored bytes are brotli and come decompressed. `name`: what a download is called. */
  url(sha256: string, opts?: { br?: boolean; mime?: string; name?: string; download?: boolean }): string
}

function artifactSource(share?: string): ArtifactSource {
  return {
    url(sha256, { br, mime, name, download } = {}) {
      const query = new URLSearchParams()
      if (br) query.set('br', '1')
      if (mime) query.set('mime', mime)
      if (name) query.set('name', name)
      if (download) query.set('download', '1')
      if (share) query.set('share', share)
      const search = query.toString()
      return `/api/artifacts/${sha256}${search ? `?${search}` : ''}`
    },
  }
}

export const studioArtifacts: ArtifactSource = artifactSource()

/** Artifacts as the holder of a share link may read them. */
export const sharedArtifacts = (token: string): ArtifactSource => artifactSource(token)
