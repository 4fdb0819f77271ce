{{/* What every pod has. (dict "root" $) */}}
{{- define "strongroom.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  # The group of what Kubernetes mounts.
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* What every container has: no right that it does not need. */}}
{{- define "strongroom.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: { drop: [ALL] }
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/*
A container of an image of ours. (dict "root" $ "name" container "image" program "args" list "env" text "mounts" list
"resources" map)
*/}}
{{- define "strongroom.program" -}}
name: {{ .name }}
image: {{ include "strongroom.image" (dict "root" .root "name" .image) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- with .args }}
args: {{ toJson . }}
{{- end }}
{{ include "strongroom.container" . }}
resources: {{ toJson .resources }}
{{- with .env }}
env:
{{ . | nindent 2 }}
{{- end }}
{{- with .mounts }}
volumeMounts:
{{- range . }}
  - {{ toJson . }}
{{- end }}
{{- end }}
{{- end }}

{{/*
The container that hands files over. Kubernetes mounts Secrets for a group to read, and the services take no file that anybody but
its owner may read.
(dict "root" $ "image" program)
*/}}
{{- define "strongroom.handOver" -}}
name: hand-over
image: {{ include "strongroom.image" (dict "root" .root "name" .image) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
command: [sh, -c, 'install -m 0400 /handed-over/* /run/strongroom/']
{{ include "strongroom.container" . }}
resources: {{ toJson .root.Values.jobs.resources }}
volumeMounts:
  - { name: secrets, mountPath: /handed-over, readOnly: true }
  - { name: files, mountPath: /run/strongroom }
{{- end }}

{{/* The volumes of that container. (dict "sources" list): sources of a projected volume */}}
{{- define "strongroom.handOverVolumes" -}}
- name: files
  emptyDir: { medium: Memory, sizeLimit: 1Mi }
- name: secrets
  projected:
    defaultMode: 0440
    sources:
{{- range .sources }}
      - {{ toJson . }}
{{- end }}
{{- end }}

{{/* A source of a projected volume: (list secretName key file key file …) */}}
{{- define "strongroom.fromSecret" -}}
{{- $items := list -}}
{{- range $pair := chunk 2 (rest .) -}}
{{- $items = append $items (dict "key" (first $pair) "path" (last $pair)) -}}
{{- end -}}
{{- dict "secret" (dict "name" (first .) "items" $items) | toJson -}}
{{- end }}

{{/*
The files of a service, as sources of a projected volume in JSON: {"sources": […]}.
(dict "root" $ "name" service "service" strongroom.service)
*/}}
{{- define "strongroom.files" -}}
{{- $values := .root.Values -}}
{{- $own := printf "%s-%s" $values.secrets.prefix .name -}}
{{- $facts := .service.facts -}}
{{- $sources := list (include "strongroom.fromSecret" (list (printf "%s-tls" $own) "ca.crt" "ca.crt" "tls.crt" "tls.crt" "tls.key" "tls.key")) -}}
{{- $keys := list -}}
{{- if $facts.schema }}{{ $keys = append $keys "database.password" }}{{ end -}}
{{- if $facts.redis }}{{ $keys = append $keys "redis.password" }}{{ end -}}
{{- if $facts.journal }}{{ $keys = append $keys "journal.key" }}{{ end -}}
{{- if eq (default "" $facts.journal) "reader" }}{{ $keys = append $keys "journal.keys" }}{{ end -}}
{{- if and $facts.rootKey .service.rootKeyFile (not .service.rootKey) }}{{ $keys = append $keys "root.key" }}{{ end -}}
{{- if $keys -}}
{{- $pairs := list $own -}}
{{- range $keys }}{{ $pairs = append (append $pairs .) . }}{{ end -}}
{{- $sources = append $sources (include "strongroom.fromSecret" $pairs) -}}
{{- end -}}
{{- if and $facts.rootKey .service.rootKeyFile .service.rootKey -}}
{{- $sources = append $sources (include "strongroom.fromSecret" (list .service.rootKey.secretName .service.rootKey.key "root.key")) -}}
{{- end -}}
{{- if $facts.schema -}}
{{- with $values.database.ca }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .secretName .key "database-ca.crt")) }}{{ end -}}
{{- end -}}
{{- if $facts.redis -}}
{{- with $values.redis.ca }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .secretName .key "redis-ca.crt")) }}{{ end -}}
{{- if $values.redis.sentinel.hosts -}}
{{- with $values.redis.sentinel.password }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .secretName .key "sentinel.password")) }}{{ end -}}
{{- with $values.redis.sentinel.ca }}{{ $sources = append $sources (include "strongroom.fromSecret" (list .secretName .key "sentinel-ca.crt")) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if $facts.door -}}
{{- with .service.httpsSecret }}{{ $sources = append $sources (include "strongroom.fromSecret" (list . "tls.crt" "https.crt" "tls.key" "https.key")) }}{{ end -}}
{{- end -}}
{{- $all := list -}}
{{- range $sources }}{{ $all = append $all (fromJson .) }}{{ end -}}
{{- with .service.filesSecret }}{{ $all = append $all (dict "secret" (dict "name" .)) }}{{ end -}}
{{- dict "sources" $all | toJson -}}
{{- end }}
