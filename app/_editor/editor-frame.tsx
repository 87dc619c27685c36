'use client'
import { ReactFlowProvider } from '@xyflow/react'
import { X } from 'lucide-react'
import { IconButton } from '../_ui/icon-button'
import { MissingPack } from './bar/missing-pack'
import { TopBar } from './bar/top-bar'
import { Canvas } from './canvas/canvas'
import { Dock } from './dock/dock'
import { FormView } from './form/form-view'
import { NodeEditorOf } from './full-screen/node-editor'
import { Inspector } from './inspector/inspector'
import { letPinGo, usePinned } from './inspector/pin-store'
import { ListTwin } from './list/list-twin'
import { LiveRegion } from './list/live-region'
import { FollowParams } from './live/follow-params'
import { CommandList } from './palette/command-list'
import { ConnectList } from './palette/connect-list'
import { ShortcutList } from './palette/shortcut-list'
import { useShortcuts } from './palette/use-shortcuts'
import { Rail } from './panels/rail'
import { SidePanel } from './panels/side-panel'
import { RecordToCanvas } from './record/record-to-canvas'
import { TabTitle } from './review/tab-title'
import { EditorMedia } from './runs/editor-media'
import { RunHud } from './runs/run-hud'
import { useEditor, useSelection } from './state/editor-context'
import { select } from './state/selection-store'
import { useShownAs } from './state/shown-as'

/** The bar, and an open workflow as its graph with everything around it, or as a form. */
export function EditorFrame({ editing }: { editing: string | undefined }) {
  useShortcuts()
  const shownAs = useShownAs()
  return (
    <EditorMedia>
      <ReactFlowProvider>
        <div className="flex h-dvh flex-col overflow-hidden bg-app" inert={editing !== undefined}>
          <TopBar />
          <MissingPack />
          {shownAs === 'form' ? <FormView /> : <GraphView asList={shownAs === 'list'} editing={editing} />}
        </div>
        {editing !== undefined && <NodeEditorOf nodeId={editing} />}
        <CommandList />
        <ConnectList />
        <ShortcutList />
        <RecordToCanvas />
        <LiveRegion />
        <TabTitle />
        <FollowParams />
      </ReactFlowProvider>
    </EditorMedia>
  )
}

function GraphView({ asList, editing }: { asList: boolean; editing: string | undefined }) {
  return (
    <div className="relative flex min-h-0 flex-1">
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <main className="relative min-h-0 flex-1">
          <Canvas />
          {asList && <ListTwin />}
          <SidePanel />
          <div className="pointer-events-none absolute inset-x-0 bottom-4 z-(--z-canvas-hud) flex justify-center">
            <RunHud />
          </div>
        </main>
        {editing === undefined && <Dock />}
      </div>
      <InspectorSide />
    </div>
  )
}

/** Beside the canvas where there is room; over its edge, while something is chosen, where there is not. */
function InspectorSide() {
  const { selection } = useEditor()
  const hasSelection = useSelection(({ items, edges }) => items.length + edges.length > 0)
  const isShown = usePinned() !== undefined || hasSelection
  return (
    <aside
      aria-label="Inspector"
      className={`flex w-(--inspector-w) flex-none flex-col border-line-1 border-l bg-panel max-xl:absolute max-xl:top-0 max-xl:right-0 max-xl:bottom-9 max-xl:z-(--z-panel) max-xl:shadow-3 ${isShown ? '' : 'max-xl:hidden'}`}
    >
      <IconButton
        icon={X}
        size="small"
        label="Close the inspector"
        className="absolute! top-3.5 right-1 z-1 xl:hidden!"
        onClick={() => {
          letPinGo()
          select(selection, {})
        }}
      />
      <Inspector />
    </aside>
  )
}
