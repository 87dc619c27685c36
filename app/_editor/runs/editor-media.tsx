'use client'
import type { ReactNode } from 'react'
import { FiguresDialog } from '../figures/figures-dialog'
import { editorStages } from '../stages/editor-stages'
import { StagesOf } from '../stages/stage-source'
import { useEditorRuns } from './editor-runs'
import { ResultViewer } from './result-viewer'
import { RunsOf } from './runs-source'

/** Once around the editor: what its stages, timeline, run HUD and runs panel show, and the viewer of results. */
export function EditorMedia({ children }: { children: ReactNode }) {
  return (
    <StagesOf source={editorStages}>
      <RunsOf source={useEditorRuns()}>
        {children}
        <ResultViewer />
        <FiguresDialog />
      </RunsOf>
    </StagesOf>
  )
}
