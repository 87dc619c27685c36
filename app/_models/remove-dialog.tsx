'use client'
import { Trash2 } from 'lucide-react'
import { sayBytes } from '../_editor/stages/say-bytes'
import { Button } from '../_ui/button'
import { Dialog } from '../_ui/dialog'

/** Getting a pack back takes a download or a path: it is asked for twice. */
export function RemoveDialog({
  name,
  bytes,
  isForeign,
  open,
  onOpenChange,
  onRemove,
}: {
  name: string
  bytes: number
  /** Its files were added from elsewhere and stay there. */
  isForeign: boolean
  open: boolean
  onOpenChange: (open: boolean) => void
  onRemove: () => void
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={isForeign ? `Forget ${name}?` : `Remove ${name} from this machine?`}
      description={
        isForeign
          ? 'Its files stay where they are. Adding it again takes mmgt models add in a terminal.'
          : `${sayBytes(bytes)} are freed. Workflows that need it have to download it again; files that you added from elsewhere stay.`
      }
      footer={
        <Button
          kind="danger"
          icon={Trash2}
          onClick={() => {
            onRemove()
            onOpenChange(false)
          }}
        >
          {isForeign ? 'Forget it' : 'Remove it'}
        </Button>
      }
    />
  )
}
