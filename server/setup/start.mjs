/** `npm start`: set-up, then the studio. Flags go to `mmgt studio`. */
process.argv.splice(2, 0, 'studio')
await import('./mmgt.mjs')
