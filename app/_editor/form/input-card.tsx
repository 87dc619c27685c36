'use client'
import { Mic, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button } from '../../_ui/button'
import { classNames } from '../../_ui/class-names'
import { DropZone } from '../../_ui/drop-zone'
import { SplitButton } from '../../_ui/split-button'
import { sayAllFacts } from '../card/say'
import { FitField } from '../inspector/fit-field'
import { useAddFile } from '../inspector/use-add-file'
import { acceptFor, useAssets } from '../panels/use-assets'
import { RecordDialog } from '../record/record-dialog'
import { useEditor, useWorkflow } from '../state/editor-context'
import { type FormInput, isOfAnother, poseBeside, posesOf } from './form-inputs'
import { InputPicture } from './input-picture'

/** As many files of the studio are offered at once. */
const OFFERED = 12

/** One file of the workflow: what it is, another one in its place, or a recording. */
export function InputCard({ input, inputs }: { input: FormInput; inputs: readonly FormInput[] }) {
  const { node, label, param, kind } = input
  const { assets, byId } = useAssets()
  const value = useWorkflow(({ nodes }) => nodes[node]?.params[param.key])
  const chosen = typeof value === 'string' ? byId.get(value) : undefined
  const choose = useChoose(input, inputs)
  const { add, busy } = useAddFile(kind, choose)
  const picker = useRef<HTMLInputElement>(null)
  const [isRecording, setRecording] = useState(false)
  const fitting = assets.filter((asset) => asset.kind === kind).slice(0, OFFERED)
  return (
    <section aria-label={label} data-input={node}>
      <h3 className="mb-1.5 font-strong">{label}</h3>
      <DropZone says={`Use as ${label.toLowerCase()}`} onFiles={([file]) => void add(file)}>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-3 bg-card p-2 outline outline-line-2 -outline-offset-1">
          <InputPicture node={node} kind={kind} asset={chosen} />
          <div className="min-w-0 flex-1 basis-24">
            <p className="truncate font-strong" title={chosen?.name}>
              {chosen?.name ?? (value ? 'A file that is not here' : 'No file chosen')}
            </p>
            <p className="truncate text-12 text-text-3 tabular-nums">
              {chosen ? sayAllFacts(chosen.facts) : 'Choose one, or drop it here'}
            </p>
          </div>
          <div
            className={classNames(
              'flex flex-none gap-2',
              kind === 'audio' && 'max-sm:w-full max-sm:*:flex-1',
            )}
          >
            {kind === 'audio' && (
              <Button icon={Mic} onClick={() => setRecording(true)}>
                Record
              </Button>
            )}
            <SplitButton
              kind="default"
              busy={busy}
              icon={chosen ? undefined : Upload}
              aria-label={`${chosen ? 'Replace' : 'Choose'} the ${label.toLowerCase()}`}
              onClick={() => picker.current?.click()}
              moreLabel={`${label} from your files`}
              entries={[
                { heading: fitting.length > 0 ? 'Your files' : 'No other file of this kind yet' },
                ...fitting.map((asset) => ({
                  label: asset.name,
                  checked: asset.id === value,
                  onSelect: () => choose(asset),
                })),
              ]}
            >
              {chosen ? 'Replace' : 'Choose'}
            </SplitButton>
          </div>
          {kind === 'pose' && <PoseFit input={input} inputs={inputs} pose={chosen?.name} />}
        </div>
      </DropZone>
      <input
        ref={picker}
        type="file"
        hidden
        accept={acceptFor(kind)}
        aria-label={`${label}, file`}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void add(file)
        }}
      />
      {kind === 'audio' && (
        <RecordDialog open={isRecording} onOpenChange={setRecording} onUse={(file) => add(file)} />
      )}
    </section>
  )
}

/** Puts a file in its place. A picture brings the pose along that was made for it, as one edit. */
function useChoose({ node, label, param, kind }: FormInput, inputs: readonly FormInput[]) {
  const { commands, document, history } = useEditor()
  const { assets } = useAssets()
  return (asset: { id: string; name: string }) =>
    history.edit(`replace the ${label.toLowerCase()}`, () => {
      commands.setParam(node, param.key, asset.id)
      const pose = kind === 'image' ? poseBeside(asset.name, assets) : undefined
      if (!pose) return
      for (const other of posesOf(document.getState(), inputs, node))
        commands.setParam(other, 'asset', pose.id)
    })
}

/** Whether the pose is that of the picture, and the way to make it so. */
function PoseFit({
  input: { node },
  inputs,
  pose,
}: {
  input: FormInput
  inputs: readonly FormInput[]
  pose: string | undefined
}) {
  const { byId } = useAssets()
  const edges = useWorkflow((document) => document.edges)
  const picture = inputs.find(
    (other) => other.kind === 'image' && posesOf({ edges }, inputs, other.node).includes(node),
  )
  const name = useWorkflow(({ nodes }) => {
    const id = picture && nodes[picture.node]?.params[picture.param.key]
    return typeof id === 'string' ? byId.get(id)?.name : undefined
  })
  const isFitted = useWorkflow(({ nodes }) => nodes[node]?.params.fit !== undefined)
  if (!picture || !name) return null
  return (
    <div className="basis-full">
      {pose && isOfAnother(pose, name) && (
        <p className="mb-2 text-12 text-warn">This is the pose of another picture than {name}.</p>
      )}
      <FitField nodeId={node} fitted={isFitted} />
    </div>
  )
}
