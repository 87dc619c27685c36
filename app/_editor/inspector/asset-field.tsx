'use client'
import { FileAudio, FileQuestion, Film, Image, Mic, PersonStanding, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button } from '../../_ui/button'
import { DropZone } from '../../_ui/drop-zone'
import { Select } from '../../_ui/select'
import { sayAllFacts } from '../card/say'
import { type Asset, acceptFor, thumbnailUrl, useAssets } from '../panels/use-assets'
import { RecordDialog } from '../record/record-dialog'
import { useAddFile } from './use-add-file'

interface AssetFieldProps {
  label: string
  /** Kind of file: image, audio, video, pose, mask. */
  accepts?: string
  value: string | undefined
  onChange: (asset: string) => void
}

/** A file of this studio: choose one, drop one, upload one, or record speech. */
export function AssetField({ label, accepts, value, onChange }: AssetFieldProps) {
  const { assets, byId } = useAssets()
  const { add, busy } = useAddFile(accepts, ({ id }) => onChange(id))
  const input = useRef<HTMLInputElement>(null)
  const [recording, setRecording] = useState(false)
  const fitting = assets.filter(({ kind }) => !accepts || kind === accepts)
  const chosen = value ? byId.get(value) : undefined
  return (
    <DropZone says={`Use as ${label.toLowerCase()}`} onFiles={([file]) => void add(file)}>
      <div className="grid gap-2 rounded-2 bg-field p-2 inset-line">
        <div className="flex min-w-0 items-center gap-2.5">
          <AssetPicture asset={chosen} kind={accepts} />
          <div className="min-w-0">
            <p className="truncate font-strong">
              {chosen?.name ?? (value ? 'A file that is not here' : 'No file chosen')}
            </p>
            <p className="truncate text-11 text-text-3">
              {chosen
                ? sayAllFacts(chosen.facts)
                : value
                  ? 'Choose another one, or add it again'
                  : 'Drop one here'}
            </p>
          </div>
        </div>
        <div className="flex flex-wrap gap-1.5">
          <Button size="small" icon={Upload} busy={busy} onClick={() => input.current?.click()}>
            Upload
          </Button>
          {accepts === 'audio' && (
            <Button size="small" icon={Mic} onClick={() => setRecording(true)}>
              Record
            </Button>
          )}
        </div>
        {fitting.length > 0 && (
          <Select
            label={`${label}: a file of this studio`}
            value={chosen?.id}
            placeholder="Choose from your files"
            onChange={onChange}
            options={fitting.map(({ id, name, example }) => ({
              value: id,
              label: name,
              hint: example ? 'example' : undefined,
            }))}
          />
        )}
      </div>
      <input
        ref={input}
        type="file"
        hidden
        accept={acceptFor(accepts)}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void add(file)
        }}
      />
      {accepts === 'audio' && (
        <RecordDialog open={recording} onOpenChange={setRecording} onUse={(file) => add(file)} />
      )}
    </DropZone>
  )
}

const ICONS: Record<string, typeof Image> = {
  image: Image,
  audio: FileAudio,
  pose: PersonStanding,
  video: Film,
}

export function AssetPicture({
  asset,
  kind,
  size = 36,
}: {
  asset: Asset | undefined
  kind?: string
  size?: number
}) {
  const [failed, setFailed] = useState(false)
  const Icon = ICONS[asset?.kind ?? kind ?? ''] ?? FileQuestion
  return (
    <span
      className="grid flex-none place-items-center overflow-hidden rounded-1 bg-stage text-white/60"
      style={{ width: size, height: size }}
    >
      {asset && (asset.kind === 'image' || asset.kind === 'video') && !failed ? (
        // biome-ignore lint/performance/noImgElement: a small stored picture of ours
        <img
          src={thumbnailUrl(asset.id)}
          alt=""
          className="size-full object-cover"
          loading="lazy"
          onError={() => setFailed(true)}
        />
      ) : (
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      )}
    </span>
  )
}
