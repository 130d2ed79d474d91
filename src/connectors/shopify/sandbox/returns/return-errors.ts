/** User errors of returns, by the vendor's codes. */

export type ReturnErrorCode =
  | 'BLANK'
  | 'GREATER_THAN'
  | 'INVALID'
  | 'INVALID_STATE'
  | 'LESS_THAN_OR_EQUAL_TO'
  | 'NOT_FOUND'
  | 'TOO_LONG';

export interface ReturnError {
  field: string[];
  message: string;
  code: ReturnErrorCode;
}

export function returnError(field: string[], code: ReturnErrorCode, message: string): ReturnError {
  return { field, message, code };
}

export const isError = (value: object): value is ReturnError => 'code' in value && 'message' in value;
