'use client'
import type { CommandContext } from './commands/command-context'
import { edgeCommands } from './commands/edge-commands'
import { groupCommands } from './commands/group-commands'
import { nodeCommands } from './commands/node-commands'
import { noteCommands } from './commands/note-commands'
import { pieceCommands } from './commands/piece-commands'
import { placeCommands } from './commands/place-commands'
import { removalCommands } from './commands/removal-commands'
import { settingCommands } from './commands/setting-commands'
import { workflowCommands } from './commands/workflow-commands'

/** Everything that can be done to a workflow. Each call is one step of undo. */
export type Commands = ReturnType<typeof createCommands>

export function createCommands(context: CommandContext) {
  const nodes = nodeCommands(context)
  const removal = removalCommands(context)
  return {
    ...nodes,
    ...removal,
    ...settingCommands(context),
    ...edgeCommands(context, nodes),
    ...pieceCommands(context, removal),
    ...placeCommands(context),
    ...groupCommands(context),
    ...noteCommands(context),
    ...workflowCommands(context),
  }
}
