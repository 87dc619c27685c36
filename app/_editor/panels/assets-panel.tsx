'use client'
import { MoreHorizontal, Plus, Search, Trash2, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { sayFailure } from '../../_lib/action-error'
import { useTRPCClient } from '../../_lib/trpc'
import { Button } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { IconButton } from '../../_ui/icon-button'
import { Menu } from '../../_ui/menu'
import { TextField } from '../../_ui/text-field'
import { useCanvas } from '../canvas/use-canvas-controls'
import { DRAGGED_NODE } from '../canvas/use-canvas-drops'
import { sayAllFacts } from '../card/say'
import { AssetPicture } from '../inspector/asset-field'
import { useEditor } from '../state/editor-context'
import { inputTypeFor } from './input-types'
import { useAddFiles } from './use-add-files'
import { type Asset, useAssets } from './use-assets'

/** The files of this studio; drag one onto the canvas. */
export function AssetsPanel() {
  const { assets, loading } = useAssets()
  const [search, setSearch] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const addFiles = useAddFiles()
  const controls = useCanvas((state) => state.controls)
  const needle = search.trim().toLowerCase()
  const found = assets.filter(({ name }) => name.toLowerCase().includes(needle))
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-none gap-1.5 px-3 pb-2">
        <TextField
          icon={Search}
          label="Search files"
          placeholder="Search"
          value={search}
          onChange={setSearch}
          className="min-w-0 flex-1"
        />
        <Button icon={Upload} onClick={() => input.current?.click()}>
          Add
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            const files = [...(event.target.files ?? [])]
            event.target.value = ''
            if (controls) void addFiles(files, controls.centre())
          }}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3">
        {!loading && found.length === 0 && (
          <EmptyState title={needle ? 'No file with this name' : 'No files yet'}>
            Portraits, recordings and poses that you add appear here. Drop some on the canvas.
          </EmptyState>
        )}
        <ul>
          {found.map((asset) => (
            <AssetRow key={asset.id} asset={asset} />
          ))}
        </ul>
      </div>
    </div>
  )
}

function AssetRow({ asset }: { asset: Asset }) {
  const editor = useEditor()
  const client = useTRPCClient()
  const { changed } = useAssets()
  const controls = useCanvas((state) => state.controls)
  const type = inputTypeFor(editor.definitions, asset.kind)
  const add = () => {
    if (type && controls) editor.commands.addNode(type, controls.centre(), { params: { asset: asset.id } })
  }
  const remove = () =>
    client.asset.remove
      .mutate({ asset: asset.id })
      .then(() => changed())
      .catch(sayFailure)
  return (
    <li
      draggable={type !== undefined}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED_NODE, JSON.stringify({ type, params: { asset: asset.id } }))
        event.dataTransfer.effectAllowed = 'copy'
      }}
      className="flex items-center gap-2.5 rounded-2 px-1.5 py-1 hover:bg-hover"
    >
      <AssetPicture asset={asset} />
      <div className="min-w-0 flex-1">
        <p className="truncate" title={asset.name}>
          {asset.name}
        </p>
        <p className="truncate text-11 text-text-3">{sayAllFacts(asset.facts) || asset.kind}</p>
      </div>
      <Menu
        align="end"
        entries={[
          {
            label: 'Add to the canvas',
            icon: Plus,
            onSelect: add,
            disabled: type ? undefined : 'No node reads this kind of file',
          },
          !asset.example && { label: 'Delete', icon: Trash2, danger: true, onSelect: () => void remove() },
        ]}
      >
        <IconButton icon={MoreHorizontal} size="small" label={`More about ${asset.name}`} />
      </Menu>
    </li>
  )
}
