/** What a user may do, as the server names it. The server decides; the UI only hides what would be refused. */
export type Permission =
  | 'operations:read'
  | 'operations:write'
  | 'inventory:read'
  | 'inventory:write'
  | 'inventory:approve'
  | 'alerts:manage'
  | 'ingest:read'
  | 'ingest:write'
  | 'visualization:read';
