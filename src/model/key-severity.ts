/** Levels of what an audit of keys finds, gravest last. */
export const KEY_SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type KeySeverity = (typeof KEY_SEVERITIES)[number];
