{{/* What a hook has. (dict "root" $ "name" component "weight" number) */}}
{{- define "strongroom.hook" -}}
labels:
  {{- include "strongroom.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .name }}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: {{ .weight | quote }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{/* What a pod of a Job has. (dict "root" $ "name" component) */}}
{{- define "strongroom.jobPod" -}}
metadata:
  labels:
    {{- include "strongroom.selector" . | nindent 4 }}
{{- end }}

{{/* The token of the set-up, which is valid for ten minutes, and which no other container has. */}}
{{- define "strongroom.tokenVolume" -}}
- name: token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken: { path: token, expirationSeconds: 600 }
      - configMap: { name: kube-root-ca.crt, items: [{ key: ca.crt, path: ca.crt }] }
      - downwardAPI: { items: [{ path: namespace, fieldRef: { fieldPath: metadata.namespace } }] }
{{- end }}

{{/* The environment of the set-up's tasks. */}}
{{- define "strongroom.setupEnvironment" -}}
{{- $values := .Values -}}
{{- $env := dict
  "STRONGROOM_ACCOUNT_ID" $values.accountId
  "STRONGROOM_REGION" $values.region
  "STRONGROOM_SERVER_NAMES" (join "," $values.serverNames)
  "STRONGROOM_SERVICE_DOMAINS" (include "strongroom.domains" .)
  "STRONGROOM_SECRETS_PREFIX" $values.secrets.prefix -}}
{{- with $values.database.administrator -}}
{{- $env = merge $env (include "strongroom.databaseLocation" $ | fromJson) -}}
{{- $_ := set $env "STRONGROOM_DATABASE_USER" .user -}}
{{- $_ := set $env "STRONGROOM_DATABASE_PASSWORD_FILE" "/run/strongroom/database-administrator.password" -}}
{{- end -}}
{{- if $values.redis.administrator -}}
{{- $env = merge $env (include "strongroom.redisLocation" . | fromJson) -}}
{{- $_ := set $env "STRONGROOM_REDIS_PASSWORD_FILE" "/run/strongroom/redis-administrator.password" -}}
{{- end -}}
{{- include "strongroom.variables" $env | trim -}}
{{- end }}

{{/* The files of the set-up's tasks, as sources of a projected volume in JSON: {"sources": […]}. */}}
{{- define "strongroom.setupFiles" -}}
{{- $sources := list -}}
{{- with .Values.database -}}
{{- with .administrator }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .secretName .key "database-administrator.password")) }}{{ end -}}
{{- if and .administrator .ca }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .ca.secretName .ca.key "database-ca.crt")) }}{{ end -}}
{{- end -}}
{{- with .Values.redis -}}
{{- if .administrator -}}
{{- $sources = append $sources (include "strongroom.fromSecret" (list .administrator.secretName .administrator.key "redis-administrator.password")) -}}
{{- with .ca }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .secretName .key "redis-ca.crt")) }}{{ end -}}
{{- if .sentinel.hosts -}}
{{- with .sentinel.password }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .secretName .key "sentinel.password")) }}{{ end -}}
{{- with .sentinel.ca }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .secretName .key "sentinel-ca.crt")) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $all := list -}}
{{- range $sources }}{{ $all = append $all (fromJson .) }}{{ end -}}
{{- dict "sources" $all | toJson -}}
{{- end }}
