import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AbortInput } from '../contract/input.js';
import type { CancelOperationsProgress } from '../contract/bulk.js';
import { messages } from '../contract/messages.js';
import type { FollowStatus } from '../contract/result.js';

export const abortSignal = defineSignal<[AbortInput?]>(messages.abort);
export const abortUpdate = defineUpdate<FollowStatus, [AbortInput?]>(messages.abort);
export const statusQuery = defineQuery<FollowStatus>(messages.status);
export const progressQuery = defineQuery<CancelOperationsProgress>(messages.progress);
