'use client'
import { ReactFlowProvider } from '@xyflow/react'
import { TopBar } from './bar/top-bar'
import { Canvas } from './canvas/canvas'
import { Dock } from './dock/dock'
import { CommandList } from './palette/command-list'
import { ConnectList } from './palette/connect-list'
import { ShortcutList } from './palette/shortcut-list'
import { useShortcuts } from './palette/use-shortcuts'
import { editorStages } from './stages/editor-stages'
import { StagesOf } from './stages/stage-source'

/** Bar, rail, canvas, inspector and timeline of an open workflow. */
export function EditorFrame({ editing: _ }: { editing: string | undefined }) {
  useShortcuts()
  return (
    <StagesOf source={editorStages}>
      <ReactFlowProvider>
        <div className="flex h-dvh flex-col overflow-hidden bg-app">
          <TopBar />
          <div className="flex min-h-0 flex-1">
            <main className="relative min-w-0 flex-1">
              <Canvas />
            </main>
          </div>
          <Dock />
        </div>
        <CommandList />
        <ConnectList />
        <ShortcutList />
      </ReactFlowProvider>
    </StagesOf>
  )
}
