{{/* Names are fixed: the operator's role names its webhook configurations, and a cluster has one of them. */}}
{{- define "claude-operator.name" -}}claude-operator{{- end }}

{{- define "claude-operator.labels" -}}
app.kubernetes.io/name: {{ include "claude-operator.name" . }}
app.kubernetes.io/part-of: {{ include "claude-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "claude-operator.selector" -}}
app.kubernetes.io/name: {{ include "claude-operator.name" . }}
app.kubernetes.io/component: manager
{{- end }}

{{/* The reference of an image: (list image appVersion). */}}
{{- define "claude-operator.image" -}}
{{- $image := index . 0 -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default (index . 1) }}
{{- end -}}
{{- end }}

{{/* Webhooks are objects of the whole cluster: none with Roles alone. */}}
{{- define "claude-operator.admission" -}}{{ if not .Values.namespaced }}true{{ end }}{{- end }}

{{- define "claude-operator.certManager" -}}{{ if .Values.admission.certManager.enabled }}true{{ end }}{{- end }}

{{- define "claude-operator.certificateSecret" -}}claude-operator-certificate{{- end }}
