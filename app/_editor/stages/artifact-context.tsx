'use client'
import { createContext, type ReactNode, useContext } from 'react'
import { type ArtifactSource, studioArtifacts } from '../../_lib/values/artifact-source'

const Context = createContext<ArtifactSource>(studioArtifacts)

/** From where the stages below read: a share page names its link. */
export function ArtifactsFrom({ source, children }: { source: ArtifactSource; children: ReactNode }) {
  return <Context value={source}>{children}</Context>
}

export const useArtifacts = (): ArtifactSource => useContext(Context)
